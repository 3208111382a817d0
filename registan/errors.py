"""Renders the error pages; each gives back what the reader had typed."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import loader
from django.urls import is_valid_path, reverse

from blog.busy import Full, pool
from blog.models import AddressMiss, OldAddress
from blog.old_addresses.respond import answer_for, redirect_for
from blog.search.lost_address import find_titles, lost_words
from blog.text.display_names import display_name
from blog.text.old_paths import old_path_key, path_key
from blog.web.client_ip import client_ip
from comments.web.same_origin import is_same_origin
from registan.accounts.access import administrator_names, has_access
from registan.accounts.second_factor import lacks_second_factor
from registan.away import is_away
from registan.upgrade.outdated_process import is_outdated

log = logging.getLogger(__name__)

# The long fields of comments and posts, and of reports.
LONG_TEXT_FIELDS = ("body", "words")
# Prefixes of fields that are never shown again: passwords and the CSRF token.
SECRET_FIELD_PREFIXES = ("password", "csrfmiddlewaretoken")
# A restart of the database takes less.
RETRY_SECONDS = "30"
# How much of a too large form is read: more than nginx lets through (deploy/nginx.conf).
MAX_DRAINED_BYTES = 24 * 1024 * 1024


def build_error_handler(status: int) -> Callable[..., HttpResponse]:
    """Return a handler that renders the template of that status."""

    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return render(request, f"{status}.html", {"submitted_text": read_submitted_text(request)}, status=status)

    return handler


def read_submitted_text(request: HttpRequest) -> str:
    """Return the long text in a form that was not accepted; "" when the form can't be read."""
    try:
        return next((text for name in LONG_TEXT_FIELDS if (text := request.POST.get(name, ""))), "")
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return ""


too_many_requests = build_error_handler(429)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Redirect what has moved, answer 410 for what is gone for good, and 404 for everything else.

    A 404 has a search for the words of the address, and what it finds if nobody else is searching just now. Programs
    try addresses by the thousand: none of these waits for a place.
    """
    if (moved := redirect_for(request)) is not None:
        return moved
    context: dict[str, Any] = {"submitted_text": read_submitted_text(request)}
    answer = answer_for(request)
    if answer is not None and answer.code == OldAddress.Code.GONE:
        return render(request, "410.html", context, status=410)
    if request.method == "GET" and is_blog_address(request) and not lacks_slash(request):
        record_address_miss(request)
        if words := lost_words(request.path):
            context["words"] = " ".join(words)
            with contextlib.suppress(Full), pool.place(waits=False):
                context["titles"] = find_titles(words)
    return render(request, "404.html", context, status=404)


def lacks_slash(request: HttpRequest) -> bool:
    """Is it about to be redirected to itself with a slash?"""
    return not request.path.endswith("/") and bool(is_valid_path(f"{request.path}/"))


def record_address_miss(request: HttpRequest) -> None:
    """Count an address where nothing is; a database that accepts no write must not cost readers their page."""
    path = old_path_key(request.get_full_path()) if request.path == "/" else path_key(request.path)
    try:
        AddressMiss.objects.record(path, address=client_ip(request))
    except DatabaseError:
        log.warning("An address where nothing is could not be counted.")


def is_blog_address(request: HttpRequest) -> bool:
    """Could a post or page have been there? Other addresses may hold private tokens, which are not repeated."""
    match = request.resolver_match
    return match is None or (match.namespace == "blog" and "token" not in match.kwargs)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403, and tell people who are signed in as whom they are, and whom to ask for access."""
    context: dict[str, Any] = {"submitted_text": read_submitted_text(request)}
    if request.user.is_authenticated:
        context |= {
            "name": display_name(request.user),
            "has_role": has_access(request.user),
            "administrators": administrator_names(),
        }
    return render(request, "403.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid CSRF token, such as one that was opened before the last sign-in."""
    if is_staff_form(request) and is_same_origin(request):
        return offer_resubmit(request)
    return render(request, "403_csrf.html", {"submitted_text": read_submitted_text(request)}, status=403)


def is_staff_form(request: HttpRequest) -> bool:
    """Is this a form of the admin with a long text? Requests by scripts do not count: these keep their text."""
    is_form = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return is_form and request.path.startswith(reverse("admin:index")) and bool(read_submitted_text(request))


def offer_resubmit(request: HttpRequest) -> HttpResponse:
    """Offer a form of the admin to be sent again unchanged once its author has signed in, or set up a second factor.

    Only for forms from our own pages: the fields are sent with this person's rights.
    """
    fields = [
        (name, text)
        for name, texts in request.POST.lists()
        for text in texts
        if not name.startswith(SECRET_FIELD_PREFIXES)
    ]
    context = {
        "address": request.get_full_path(),
        "needs_second_factor": request.user.is_authenticated and lacks_second_factor(request.user),
        "text_fields": [(name, text) for name, text in fields if "\n" in text or name in LONG_TEXT_FIELDS],
        "hidden_fields": [(name, text) for name, text in fields if "\n" not in text and name not in LONG_TEXT_FIELDS],
    }
    return render(request, "resubmit.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400, or 413 for a form that is too large."""
    too_large = isinstance(exception, RequestDataTooBig)
    submitted_text = read_submitted_text(request)
    if too_large:
        drain_request_body(request)
    return render(
        request,
        "400.html",
        {"too_large": too_large, "submitted_text": submitted_text},
        status=413 if too_large else 400,
    )


def drain_request_body(request: HttpRequest) -> None:
    """Read the rest of a form: a server that closes a connection with unread bytes cuts off its own answer."""
    left = MAX_DRAINED_BYTES
    with contextlib.suppress(UnreadablePostError):  # the sender has disconnected
        while left > 0 and (chunk := request.read(64 * 1024)):
            left -= len(chunk)


def being_upgraded(request: HttpRequest) -> HttpResponse:
    """Answer 503 to a form: this process has the code of before an upgrade, and may write no more."""
    page = loader.get_template("503.html").render(
        {"submitted_text": read_submitted_text(request), "is_upgrading": True}
    )
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_SECONDS, "Cache-Control": "no-store"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 for what passes: failures of the database, and of a process that an upgrade has left behind.

    Never queries the database.
    """
    away = is_away(sys.exception()) or is_outdated()
    status = 503 if away else 500
    page = loader.get_template(f"{status}.html").render({"submitted_text": read_submitted_text(request)})
    headers = {"Retry-After": RETRY_SECONDS} if away else {}
    return HttpResponse(page, status=status, headers=headers)
