"""What belongs to the site and to neither app: robots.txt, uploaded files, and the page for every failure."""

from __future__ import annotations

import contextlib
import sys
from pathlib import PurePosixPath

import allauth.mfa.totp.views
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from blog.page_cache import MEANT
from comments.guard import came_from_us

# What we ourselves store there (blog/pictures.py); anything else is not served.
SERVED = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
# The fields in which people write at length: a comment or a post, a report.
WRITTEN = ("body", "words")
# In the names of the fields that are never shown again: passwords, and the key of the form.
SECRETS = ("password", "csrfmiddlewaretoken")
# Seconds until it is worth trying again when the database is away: a restart takes less.
RETRY_SECONDS = "30"
# Bytes of a form too large that are read on: more than nginx lets through (deploy/nginx.conf).
DRAINED = 24 * 1024 * 1024


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone: private addresses and forms."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{path}/" for path in ("admin", "accounts", "comments/receipt", "preview", "moderate", "you")),
        *(f"Disallow: /subscribe/{path}/" for path in ("confirm", "mail", "mine", "off")),
        *(f"Disallow: /*{mark}{name}=" for name in sorted(MEANT) for mark in "?&"),
        "Disallow: /*?s=",
        "Disallow: /search/?",
        "Disallow: /search/feed/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """An uploaded picture. Names are never used twice, so it may be kept for a year."""
    kind = SERVED.get(PurePosixPath(path).suffix.lower())
    if kind is None:
        raise Http404("There is no such file.")
    try:
        file = default_storage.open(path)
    except ConnectionError:  # the store is away, and will be back
        return HttpResponse(status=503, headers={"Retry-After": RETRY_SECONDS})
    except (OSError, ValueError):  # none there, a folder, a name longer than any file's, one that no file can have
        raise Http404("There is no such file.") from None
    return FileResponse(file, content_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


# The picture of the secret is drawn by the server into the page itself (a data: address) and stored nowhere.
with_its_picture = csp_override({**settings.SECURE_CSP, "img-src": [CSP.SELF, "data:"]})
activate_totp = with_its_picture(allauth.mfa.totp.views.activate_totp)


def failure(status: int):
    """The handler that answers with the template of that status, and gives back what was typed."""

    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return render(request, f"{status}.html", {"typed": typed_text(request)}, status=status)

    return handler


def typed_text(request: HttpRequest) -> str:
    """What was written into a form that could not be taken; "" where the form itself cannot be read."""
    try:
        return next((text for name in WRITTEN if (text := request.POST.get(name, ""))), "")
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return ""


forbidden, not_found, too_many = failure(403), failure(404), failure(429)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its key, or with one of another day: signing in makes a new one."""
    if is_of_the_desk(request) and came_from_us(request.headers, host=request.get_host()):
        return send_again(request)
    return render(request, "403_csrf.html", {"typed": typed_text(request)}, status=403)


def is_of_the_desk(request: HttpRequest) -> bool:
    """Is this a form of the staff in which somebody has written at length? Not what a script sent: it keeps its own."""
    is_form = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return is_form and request.path.startswith(reverse("admin:index")) and bool(typed_text(request))


def send_again(request: HttpRequest) -> HttpResponse:
    """All that a form of the staff held, to be sent again as it was: by somebody who is signed out, once he is in.

    Only for forms that came from our own page: whatever it holds would be sent with this person's rights.
    """
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if not name.startswith(SECRETS)]
    context = {
        "address": request.get_full_path(),
        "texts": [(name, text) for name, text in fields if "\n" in text or name in WRITTEN],
        "others": [(name, text) for name, text in fields if "\n" not in text and name not in WRITTEN],
    }
    return render(request, "send_again.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for a form larger than any text we take."""
    too_large = isinstance(exception, RequestDataTooBig)
    typed = typed_text(request)
    if too_large:
        drain(request)
    return render(request, "400.html", {"too_large": too_large, "typed": typed}, status=413 if too_large else 400)


def drain(request: HttpRequest) -> None:
    """Read the rest of a form and throw it away: a server that closes on unread bytes cuts its own answer off."""
    left = DRAINED
    with contextlib.suppress(UnreadablePostError):  # whoever sent it has gone
        while left > 0 and (some := request.read(64 * 1024)):
            left -= len(some)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page when something broke; 503 when that was the database. Made without it in any case.

    Away, full, read-only, locked for too long: all are told as one thing, since all pass.
    """
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = 503 if is_away else 500
    page = loader.get_template(f"{status}.html").render({"typed": typed_text(request)})
    headers = {"Retry-After": RETRY_SECONDS} if is_away else {}
    return HttpResponse(page, status=status, headers=headers)
