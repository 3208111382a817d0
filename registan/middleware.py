"""What every request passes: headers that only our proxies may set, and the language of the page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from comments.web.client_ip import is_trusted_proxy, parse_ip


class TrustedProxyMiddleware:
    """Forgets X-Forwarded-Proto from anybody who is not in TRUSTED_PROXIES."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sender = request.META.get("REMOTE_ADDR", "")
        ours = is_trusted_proxy(parse_ip(sender)) if sender else bool(settings.TRUSTED_PROXIES)  # "": a Unix socket
        if not ours:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class LanguageMiddleware:
    """Speaks the language of the reader's cookie, when we have it; else the site's own.

    Not Django's LocaleMiddleware, which also asks the browser: a blog speaks the language it is written in, and a page
    that everybody shares must not differ by a header. The cookie does not begin with `registan_`: it makes nobody
    somebody, and kept pages are kept for each language (blog/page_cache.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
