"""Trusts headers from our own proxies alone, and picks the language of each page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from comments.web.client_ip import is_trusted_proxy, parse_ip


class TrustedProxyMiddleware:
    """Drops X-Forwarded-Proto unless one of TRUSTED_PROXIES sent it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sender = request.META.get("REMOTE_ADDR", "")
        is_trusted = is_trusted_proxy(parse_ip(sender)) if sender else bool(settings.TRUSTED_PROXIES)  # "": Unix socket
        if not is_trusted:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class LanguageMiddleware:
    """Activates the language of the reader's cookie, or the site's own.

    Unlike LocaleMiddleware it ignores Accept-Language: a blog speaks the language it is written in, and a shared page
    must not vary by that header. The cookie's name lacks the prefix `registan_`, since it identifies nobody and pages
    are cached for each language (blog/page_cache.py).
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
