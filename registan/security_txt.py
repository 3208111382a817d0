"""security.txt (RFC 9116): where whoever finds a problem of this site can report it in private."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.editing.page_drafts import CONTACT
from blog.models import Page
from blog.text.addresses import absolute_url
from blog.text.site_values import site

# The RFC wants less than a year. Counted from today, so that a copy that somebody keeps does become old.
VALID_FOR = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """404 on a site that names no contact: a file without one would be invalid."""
    if not (contact := find_contact()):
        raise Http404("This site names no contact for reports of security problems.")
    expires = (datetime.now(UTC) + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    languages = dict.fromkeys((site().language, "en"))
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
    ]
    if settings.HTTPS:  # the RFC allows no other address here
        lines.append(f"Canonical: {absolute_url(reverse('security-txt'))}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def find_contact() -> str:
    """What SECURITY_CONTACT says, or else the site's page /contact/ if there is one and it comes by https; or ""."""
    if settings.SECURITY_CONTACT:
        return str(settings.SECURITY_CONTACT)
    page = Page.objects.filter(slug=CONTACT).first() if settings.HTTPS else None
    return absolute_url(page.get_absolute_url()) if page else ""
