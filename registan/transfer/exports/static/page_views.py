"""Renders pages as every reader gets them, by the site's own views, without what stands before these on the web.

No page of them is kept in a cache of the site, or taken from one; nothing is counted, and nothing is written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import ResolverMatch, resolve

from blog.models import Clock
from blog.models.clock import ClockReading
from blog.text.site_values import site
from blog.views import lists

# Parts of pages that are kept: those that a list of ten posts and its neighbours have.
KEPT_PARTS = 2_000
# Views that only pass their readers on to another one.
INNER_VIEWS: dict[str, Callable[..., HttpResponse]] = {"blog:home": lists.front_page}


@contextmanager
def own_caches() -> Iterator[None]:
    """Use caches of our own within, for parts of pages alone, and forget them."""
    before = {name: caches[name] for name in ("pages", "fragments")}
    parts = LocMemCache("registan.transfer.exports", {"OPTIONS": {"MAX_ENTRIES": KEPT_PARTS}})
    try:
        for name in before:
            caches[name] = parts
        yield
    finally:
        parts.clear()
        for name, cache in before.items():
            caches[name] = cache


class PageViews:
    """Renders addresses; the clock is read once, so that all pages are of one state of the site."""

    def __init__(self) -> None:
        self._reading: ClockReading = Clock.read()

    def render(self, path: str) -> HttpResponse | None:
        """What a reader without our cookies gets at this path (decoded); None where it is no page of its own."""
        match = resolve(path)
        try:
            response = inspect.unwrap(find_view(match))(self._request(path, match), *match.args, **match.kwargs)
        except Http404:
            return None
        return response if response.status_code == 200 else None

    def render_template(self, template: str, path: str, context: dict[str, Any]) -> str:
        """A page that only the archive has, in the site's own frame."""
        return render_to_string(template, context, self._request(path, None))

    def _request(self, path: str, match: ResolverMatch | None) -> HttpRequest:
        request = HttpRequest()
        request.method, request.path, request.path_info, request.resolver_match = "GET", path, path, match
        request.META = {"SERVER_NAME": settings.HOST, "SERVER_PORT": "80", "HTTP_HOST": settings.HOST}
        request.user = AnonymousUser()
        # As blog/page_cache.py leaves it: nobody reads the clock again, or the Site page.
        request.clock_reading = ({}, self._reading)  # type: ignore[attr-defined]
        request.site_version = site().version  # type: ignore[attr-defined]
        return request


def find_view(match: ResolverMatch) -> Callable[..., HttpResponse]:
    return INNER_VIEWS.get(match.view_name, match.func)
