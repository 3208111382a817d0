"""Headers that only our own proxies may set."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comments.network import is_trusted, parse


class OnlyOurProxies:
    """Forgets X-Forwarded-Proto from anybody who is not in TRUSTED_PROXIES."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sender = request.META.get("REMOTE_ADDR", "")
        ours = is_trusted(parse(sender)) if sender else bool(settings.TRUSTED_PROXIES)  # "": a Unix socket
        if not ours:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)
