"""Answers with a redirect where there would be a 404 and an old address is known (old_addresses/find.py)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from blog.old_addresses.respond import redirect_for


class RedirectMiddleware:
    """A redirect for old addresses; costs two queries, on 404 alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD", "POST"}:
            return response
        return redirect_for(request) or response
