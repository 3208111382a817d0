"""Pages of a site that is read-only: without forms, and with one sentence that says why.

The mode is decided in one place, `site().is_read_only`; requests are refused in one, registan/read_only.py. Here is
what happens to the HTML of every page, whichever template it came from.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from blog.text.site_values import site

# The only addresses that take a form in read-only mode, by the names of their URLs: to read in another language or
# behind a password, to sign in and out, and to end the mode; that of reports by browsers, which are only logged; and
# those of the machines that watch, which take none.
POSTABLE = frozenset(
    {
        *("registan.health.healthz", "registan.health.readyz", "registan.health.metrics"),
        *("language", "post-password", "csp-reports"),
        *("account_login", "account_logout", "admin:logout", "account_reauthenticate"),
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_login_webauthn", "mfa_reauthenticate_webauthn"),
        "admin:read_only",
    }
)
# And what lets a site that has ended leave: files of it. With READ_ONLY no worker would make them.
EXPORTABLE = frozenset(f"admin:transfer_export_{page}" for page in ("add", "offer", "delete"))
_POST_FORM = re.compile(r"<form\b(?=[^>]*\bmethod=[\"']?post\b)([^>]*)>.*?</form>", re.IGNORECASE | re.DOTALL)
_ACTION = re.compile(r"\baction=[\"']?([^\"'\s>]*)", re.IGNORECASE)
# Links of a comment (comments/_row.html) to pages that are nothing but forms: report, edit, withdraw, moderate.
_FORM_LINK = re.compile(r"<a\s+class=[\"']?comment__(?:report|own|moderate)\b[^>]*>[^<]*</a>")
_MAIN = re.compile(r"<main\b[^>]*>", re.IGNORECASE)


def may_be_posted(path: str) -> bool:
    """Does this address take forms in read-only mode? One that there is not answers 404, as ever."""
    try:
        name = resolve(path).view_name
        return name in POSTABLE or (name in EXPORTABLE and not settings.READ_ONLY)
    except Resolver404:
        return True


def finish_page(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """If the site is read-only, take the forms out of a page and let it say so; anything but a page stays as it is.

    Pages of the admin keep their forms, within which there is what they show.
    """
    is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    if not (site().is_read_only and is_page) or "Content-Encoding" in response.headers:
        return response
    html = response.content.decode()
    if not request.path.startswith(reverse("admin:index")):
        html = _POST_FORM.sub(lambda form: form[0] if keeps_form(form[1], request.path) else "", html)
        html = _FORM_LINK.sub("", html)
    if "data-read-only" not in html:
        html = _MAIN.sub(lambda main: main[0] + read_only_notice(), html, count=1)
        html = html.replace("</head>", f'<link rel="stylesheet" href="{static("css/read-only.css")}"></head>', 1)
    response.content = html.encode()
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
    return response


def keeps_form(attributes: str, path: str) -> bool:
    """Can a form with these attributes, on the page at `path`, still be sent?"""
    action = _ACTION.search(attributes)
    return may_be_posted((action[1] if action else "").partition("?")[0] or path)


def read_only_notice() -> str:
    """The sentence, and what the owner has added to it."""
    words = format_html(' <span dir="auto">{}</span>', site().read_only_words) if site().read_only_words else ""
    return format_html('<p class="read-only" data-read-only>{}{}</p>', describe_mode(), words)


def describe_mode() -> str:
    return _("This site is read-only: everything can be read, and nothing can be added or changed.")


def is_set_by_environment() -> bool:
    """Can only whoever runs the machine end the mode?"""
    return bool(settings.READ_ONLY)
