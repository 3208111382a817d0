"""Pages for one reader at a time: kept by nobody and indexed by nobody; at a secret address, told to no other site."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_resolver
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.web.tokens import BadToken

View = Callable[..., HttpResponse]

# The attribute of a request whose page does not name its address in forms (blog/context_processors.py).
HIDES_REFERRER = "hides_referrer"
NO_STORE_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
SECRET_URL_HEADERS = {**NO_STORE_HEADERS, "Referrer-Policy": "no-referrer"}


def set_headers(headers: dict[str, str]) -> Callable[[View], View]:
    """A decorator that gives these headers to whatever the view answers."""

    def decorator(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            setattr(request, HIDES_REFERRER, "Referrer-Policy" in headers)
            try:
                response = view(request, *args, **kwargs)
            except Http404 as missing:
                setattr(request, HIDES_REFERRER, False)  # a missing page looks the same everywhere
                render_missing: View = get_resolver().resolve_error_handler(404)
                response = render_missing(request, exception=missing)
            for name, value in headers.items():
                response.headers[name] = value
            return response

        return wrapper

    return decorator


no_store, secret_url = set_headers(NO_STORE_HEADERS), set_headers(SECRET_URL_HEADERS)


def secret_page(*, expired: str = "") -> Callable[[View], View]:
    """A decorator for a page at a secret address, which takes its own form.

    The token in the address stands in for a CSRF token; see comments/views/mail_decision.py. One that is not ours
    answers 404; one that is too old answers 410 with the template `expired`, if there is one.
    """

    def decorator(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except BadToken as refusal:
                if expired and refusal.expired:
                    return render(request, expired, {"is_expired": True}, status=410)
                raise Http404("There is no such link.") from None

        return csrf_exempt(secret_url(require_http_methods(["GET", "HEAD", "POST"])(wrapper)))

    return decorator


def tell_address(view: View) -> View:
    """A POST that leads elsewhere answers 201 with that address to a script that prefers it (RFC 7240).

    Browsers tell a script neither the addresses of a redirect nor the fragment of the last, which names the comment.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect) and request.headers.get("Prefer") == "return=minimal":
            response.status_code = 201
        return response

    return wrapper


def reader_form(view: View) -> View:
    """A page that is a reader's form, and takes it; the view asks `is_same_origin` before it acts.

    A reader carries no form key, since the pages that lead here may be kept by anybody.
    """
    return csrf_exempt(no_store(require_http_methods(["GET", "HEAD", "POST"])(view)))


class SeeOther(HttpResponseRedirect):
    """303: reloading the page after a form never sends the form again."""

    status_code = 303


def see_other(address: str) -> HttpResponse:
    return SeeOther(address)
