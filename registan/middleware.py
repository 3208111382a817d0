"""Trusts headers from our own proxies alone, and speaks the site's language in its time zone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from blog.page_cache import COOKIE_PREFIX, read_site_clock
from blog.text.site_values import activate_site
from blog.web.client_ip import is_trusted_proxy, parse_ip


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


class SiteMiddleware:
    """Activates the site's time zone, and the language of the reader's cookie or the site's own.

    Whoever has a cookie of ours gets pages made for them: the clock is read first, since it says whether the Site page
    has changed. Pages for everyone else read it anyway (blog/page_cache.py).

    Unlike LocaleMiddleware it ignores Accept-Language: a blog speaks the language it is written in, and a shared page
    must not vary by that header. The cookie's name lacks the prefix `registan_`, since it identifies nobody and pages
    are cached for each language (blog/page_cache.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(None), timezone.override(None):
            activate_site(request)
            if request.method == "GET" and any(name.startswith(COOKIE_PREFIX) for name in request.COOKIES):
                read_site_clock(request)
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response
