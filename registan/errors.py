"""The page for every failure; each gives back what was typed."""

from __future__ import annotations

import contextlib
import sys

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from comments.web.same_origin import is_same_origin

# The fields in which people write at length: a comment or a post, a report.
LONG_TEXT_FIELDS = ("body", "words")
# In the names of the fields that are never shown again: passwords, and the key of the form.
SECRET_FIELD_PREFIXES = ("password", "csrfmiddlewaretoken")
# Seconds until it is worth trying again when the database is away: a restart takes less.
RETRY_SECONDS = "30"
# Bytes of a form too large that are read on: more than nginx lets through (deploy/nginx.conf).
MAX_DRAINED_BYTES = 24 * 1024 * 1024


def build_error_handler(status: int):
    """The handler that answers with the template of that status, and gives back what was typed."""

    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return render(request, f"{status}.html", {"typed": read_submitted_text(request)}, status=status)

    return handler


def read_submitted_text(request: HttpRequest) -> str:
    """What was written into a form that could not be taken; "" where the form itself cannot be read."""
    try:
        return next((text for name in LONG_TEXT_FIELDS if (text := request.POST.get(name, ""))), "")
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return ""


forbidden, not_found, too_many_requests = build_error_handler(403), build_error_handler(404), build_error_handler(429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its key, or with one of another day: signing in makes a new one."""
    if is_staff_form(request) and is_same_origin(request):
        return offer_resubmit(request)
    return render(request, "403_csrf.html", {"typed": read_submitted_text(request)}, status=403)


def is_staff_form(request: HttpRequest) -> bool:
    """Is this a form of the staff in which somebody has written at length? Not what a script sent: it keeps its own."""
    is_form = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return is_form and request.path.startswith(reverse("admin:index")) and bool(read_submitted_text(request))


def offer_resubmit(request: HttpRequest) -> HttpResponse:
    """All that a form of the staff held, to be sent again as it was: by somebody who is signed out, once he is in.

    Only for forms that came from our own page: whatever it holds would be sent with this person's rights.
    """
    fields = [
        (name, text)
        for name, texts in request.POST.lists()
        for text in texts
        if not name.startswith(SECRET_FIELD_PREFIXES)
    ]
    context = {
        "address": request.get_full_path(),
        "text_fields": [(name, text) for name, text in fields if "\n" in text or name in LONG_TEXT_FIELDS],
        "hidden_fields": [(name, text) for name, text in fields if "\n" not in text and name not in LONG_TEXT_FIELDS],
    }
    return render(request, "resubmit.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for a form larger than any text we take."""
    too_large = isinstance(exception, RequestDataTooBig)
    typed = read_submitted_text(request)
    if too_large:
        drain_request_body(request)
    return render(request, "400.html", {"too_large": too_large, "typed": typed}, status=413 if too_large else 400)


def drain_request_body(request: HttpRequest) -> None:
    """Read the rest of a form and throw it away: a server that closes on unread bytes cuts its own answer off."""
    left = MAX_DRAINED_BYTES
    with contextlib.suppress(UnreadablePostError):  # whoever sent it has gone
        while left > 0 and (some := request.read(64 * 1024)):
            left -= len(some)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page when something broke; 503 when that was the database. Made without it in any case.

    Away, full, read-only, locked for too long: all are told as one thing, since all pass.
    """
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = 503 if is_away else 500
    page = loader.get_template(f"{status}.html").render({"typed": read_submitted_text(request)})
    headers = {"Retry-After": RETRY_SECONDS} if is_away else {}
    return HttpResponse(page, status=status, headers=headers)
