"""Pages for one reader at a time: kept by nobody and indexed by nobody; at a secret address, told to no other site."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_resolver
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import guard

View = Callable[..., HttpResponse]

UNKEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
SECRET = {**UNKEPT, "Referrer-Policy": "no-referrer"}


def dressed(headers: dict[str, str]) -> Callable[[View], View]:
    """A decorator that gives these headers to whatever the view answers."""

    def decorator(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            request.hides_its_address = "Referrer-Policy" in headers
            try:
                response = view(request, *args, **kwargs)
            except Http404 as missing:
                request.hides_its_address = False  # what is missing looks alike everywhere
                response = get_resolver().resolve_error_handler(404)(request, exception=missing)
            for name, value in headers.items():
                response.headers[name] = value
            return response

        return wrapper

    return decorator


unkept, private = dressed(UNKEPT), dressed(SECRET)


def form_page(view: View) -> View:
    """A page that is a reader's form, and takes it; the view asks `came_from_us` before it acts.

    A reader carries no form key, since the pages that lead here may be kept by anybody.
    """
    return csrf_exempt(unkept(require_http_methods(["GET", "HEAD", "POST"])(view)))


def came_from_us(request: HttpRequest) -> bool:
    """Was this form sent from a page of ours? (guard.py)"""
    return guard.came_from_us(request.headers, host=request.get_host())


def see_other(address: str) -> HttpResponse:
    """303: a reload of the page that follows a form never sends it again."""
    return HttpResponse(status=303, headers={"Location": address})
