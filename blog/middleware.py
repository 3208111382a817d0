"""Answers with a redirect where there would be a 404 and an old address is known (models/redirect.py)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from blog.models import Redirect


class RedirectMiddleware:
    """A permanent redirect for old addresses; costs one query, on 404 alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD", "POST"}:
            return response
        if (target := find_new_address(request)) is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        # 308 for a POST: a comment written while its post was renamed is sent on as it is.
        return HttpResponsePermanentRedirect(
            f"{target}?{query}" if query else target, preserve_request=request.method == "POST"
        )


def find_new_address(request: HttpRequest) -> str | None:
    """Where what stood at the address of this request is today; asked once, by the page that would say 404 or here."""
    if not hasattr(request, "new_address"):
        is_path = "\0" not in request.path
        request.new_address = Redirect.objects.find_target_url(request.path) if is_path else None  # type: ignore[attr-defined]
    address: str | None = request.new_address  # type: ignore[attr-defined]
    return address
