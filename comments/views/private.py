"""Pages for one reader at a time: kept by nobody and indexed by nobody; at a secret address, told to no other site."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

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
            except Http404:
                request.hides_its_address = False  # what is missing looks alike everywhere
                raise
            for name, value in headers.items():
                response.headers[name] = value
            return response

        return wrapper

    return decorator


unkept, private = dressed(UNKEPT), dressed(SECRET)


def see_other(address: str) -> HttpResponse:
    """303: a reload of the page that follows a form never sends it again."""
    return HttpResponse(status=303, headers={"Location": address})
