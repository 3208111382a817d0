"""Whole pages for readers who carry none of our cookies, kept under their address and the content clock; and parts of
the pages of all the others, kept under the clock alone.

A cached page is its content type, its bytes and what it tells search engines (X-Robots-Tag), nothing else: no
cookie, no name, no form key, no other header. Since the clock is in the key, a change makes old pages unreachable and
there is nothing to invalidate: every process and every kind of cache is right at once.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.response import SimpleTemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from django.utils.translation import get_language
from zlib_ng import gzip_ng

from blog import schedule
from blog.busy import expensive_beyond_first
from blog.models import replica
from blog.models.clock import Clock, ClockArguments, ClockReading
from blog.read_only import finish_page
from blog.text.datetimes import date_or_min
from blog.text.site_values import activate_site

# Cookies that make a reader somebody: whoever carries one gets a page of their own.
COOKIE_PREFIX = "registan_"
# The attribute of a request that is answered with what few may read: no cache keeps it.
IS_PROTECTED = "is_protected"
# The attribute of a request that is answered with a page for one reader: it may say what is theirs alone.
IS_PERSONAL = "is_personal"
# Unreachable pages leave the cache by themselves after a day.
CACHE_SECONDS = 24 * 60 * 60
# Parameters that change a page. Any other is ignored, so that a stranger cannot fill the cache with one page.
PAGE_PARAMETERS = frozenset({"quote", "reply", "since"})
# The number of a page in `?p=`; one page has one number, so that nobody fills the cache with /sitemap.xml?p=007.
NUMBER = re.compile(r"(?:[1-9][0-9]{0,5})?")
PUBLIC_CACHE_CONTROL = "public, max-age=0, s-maxage=1, must-revalidate"
PRIVATE_CACHE_CONTROL = "private, no-cache"

# What zlib-ng packs as small as zlib at level 6, in two thirds of the time.
PACKING_LEVEL = 7
# gzip among the encodings a reader takes; "gzip;q=0" says that they do not (RFC 9110, 12.5.3).
GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))", re.IGNORECASE)

View = Callable[..., HttpResponse]


def cached_page(view: View) -> View:
    """Keep what `view` answers to readers without our cookies, and answer 304 to those who have it.

    A view of one post (its URL has year, month, day and slug) or page is kept under the clock of its conversation; any
    other under the clock of all. A page without a conversation is as one of `cached_site_page`.
    """
    return cache_page(view, shows_comments=True)


def cached_site_page(view: View) -> View:
    """Like `cached_page`, for what shows no comments nor how many there are.

    It is the same for every reader, and kept under the clock of the site's own content alone.
    """
    return cache_page(view, shows_comments=False)


def numbered_site_page(view: View) -> View:
    """Like `cached_site_page`, for what has further pages at `?p=`."""
    return cache_page(view, shows_comments=False, is_numbered=True)


def cache_page(view: View, *, shows_comments: bool, is_numbered: bool = False) -> View:
    view = expensive_beyond_first(view)

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.GET.get("p", "") if is_numbered else ""
        clock, shows_any = clock_of_view(kwargs), shows_comments
        if "page" in clock:
            shows_any = read_clock_of_request(request, clock).thread is not None
        if not is_anonymous_request(request, ignores_cookies=not shows_any) or not NUMBER.fullmatch(number):
            setattr(request, IS_PERSONAL, True)
            return set_private_headers(view(request, *args, **kwargs), request)
        reading = read_clock_of_request(request, clock)
        counters = clock_key(reading, shows_comments=shows_any)
        key = f"{counters}:{hashlib.sha256(f'{request.path}?{number}'.encode()).hexdigest()}"
        etag = sign_etag(key)
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            return set_headers(HttpResponseNotModified(), etag, clock, is_hit=True)
        page = caches["pages"].get(key)
        is_hit = page is not None
        if page is None:
            response = replica.prefer_replica(
                lambda: clock_key(Clock.read(**clock), shows_comments=shows_any) == counters,
                lambda: render_view(view, request, *args, **kwargs),
            )
            if not is_cacheable(response, request):
                return set_vary_headers(response)
            response = finish_page(response, request)
            robots = response.headers.get("X-Robots-Tag", "")
            packed = gzip_ng.compress(response.content, PACKING_LEVEL, mtime=0)
            page = (response.headers["Content-Type"], packed, robots)
            caches["pages"].set(key, page, CACHE_SECONDS)
        return set_headers(response_from_cache(page, request), etag, clock, is_hit=is_hit)

    wrapper.csrf_exempt = True  # type: ignore[attr-defined]  # it only reads: a POST is answered 405, not 403
    return wrapper


def render_view(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer of `view`, with all its queries made."""
    response = view(request, *args, **kwargs)
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    return response


def cached_value[T](request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """What `make` returns, made once for each state of the site's own content.

    It may depend on nothing else but `name`, least of all on the reader; HTML has its language in the name.
    """
    return cached_values(request, [name], lambda missing: {name: make()})[name]


def cached_values[T](
    request: HttpRequest, names: Iterable[str], make: Callable[[list[str]], dict[str, T]]
) -> dict[str, T]:
    """Like `cached_value` for many names: `make` gets those that are missing, and returns what there is of them."""
    prefix = f"{read_site_clock(request)}:{release_digest()}:"
    values: dict[str, T] = {}
    for key, value in caches["fragments"].get_many([prefix + name for name in names]).items():
        values[key.removeprefix(prefix)] = value
    if missing := [name for name in names if name not in values]:
        made = make(missing)
        caches["fragments"].set_many({prefix + name: value for name, value in made.items()}, CACHE_SECONDS)
        values |= made
    return values


def read_site_clock(request: HttpRequest) -> int:
    """The counter of the site's own content, read once for each request."""
    return read_clock_of_request(request, {}).site


def read_clock_of_request(request: HttpRequest, clock: ClockArguments) -> ClockReading:
    """Read the clock, and speak as the Site page says if that has changed since the request began."""
    known_clock, known = getattr(request, "clock_reading", (None, None))
    if known and (not clock or clock == known_clock):
        return cast(ClockReading, known)
    reading = schedule.read_clock(**clock)
    request.clock_reading = (clock, reading)  # type: ignore[attr-defined]
    if reading.site_version != getattr(request, "site_version", None):
        activate_site(request)
    return reading


def is_anonymous_request(request: HttpRequest, *, ignores_cookies: bool = False) -> bool:
    """A GET or HEAD without our cookies, unless it `ignores_cookies`, of a page that no parameter changes."""
    return (
        request.method in {"GET", "HEAD"}
        and (ignores_cookies or not any(name.startswith(COOKIE_PREFIX) for name in request.COOKIES))
        and not PAGE_PARAMETERS.intersection(request.GET)
    )


def clock_of_view(kwargs: dict[str, str]) -> ClockArguments:
    """What `read_clock` takes for a view with these URL arguments; one of a post or page has its thread's counter."""
    if "page" in kwargs:
        return {"page": kwargs["page"]}
    if "slug" in kwargs and "day" in kwargs:
        return {"day": date_or_min(kwargs["year"], kwargs["month"], kwargs["day"]), "slug": kwargs["slug"]}
    return {}


def clock_key(now: ClockReading, *, shows_comments: bool = True) -> str:
    """What a page depends on, as text; differs between releases and languages."""
    conversation = "" if not shows_comments else f"t{now.comments}" if now.thread is None else f"p{now.thread}"
    return f"{now.site}-{conversation}-{release_digest()}-{get_language()}"


def sign_etag(key: str) -> str:
    """The name of the page under this key. Signed: who never had the page cannot ask "still so?" about a draft."""
    return f'W/"{salted_hmac("blog.page_cache", key, algorithm="sha256").hexdigest()[:32]}"'


@functools.cache
def release_digest() -> str:
    """Eight digits that differ when code, templates, words, static files or settings do, so a new release shows."""
    names = ("SITE_NAME", "SITE_TAGLINE", "SITE_URL", "TIME_ZONE", "LANGUAGE_CODE")
    content = hashlib.sha256("\0".join(getattr(settings, name) for name in names).encode())
    content.update(b"read-only" if settings.READ_ONLY else b"")
    base = Path(settings.BASE_DIR)
    folders = ("blog", "comments", "registan", "templates", "locale")
    files = [file for folder in folders for file in (base / folder).rglob("*.*")]
    files = sorted(file for file in files if file.suffix in {".py", ".html", ".mo"})
    for file in [*files, base / "requirements.lock", Path(settings.STATIC_ROOT) / "staticfiles.json"]:
        if file.is_file():
            content.update(file.read_bytes())
    return content.hexdigest()[:8]


def is_cacheable(response: HttpResponse, request: HttpRequest) -> bool:
    """Only a whole answer that sets no cookie and used no form key is anybody's."""
    personal = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.streaming
    personal = personal or getattr(request, IS_PROTECTED, False)
    return response.status_code == 200 and not personal and "Cache-Control" not in response.headers


def response_from_cache(page: tuple[str, bytes, str], request: HttpRequest) -> HttpResponse:
    """The cached page as a response, compressed if gzip is accepted. It holds no secret, so BREACH finds nothing."""
    content_type, packed, robots = page
    headers = {"X-Robots-Tag": robots} if robots else {}
    if GZIP.search(request.headers.get("Accept-Encoding", "")):
        return HttpResponse(packed, content_type=content_type, headers=headers | {"Content-Encoding": "gzip"})
    unpacked = gzip_ng.decompress(packed)
    return HttpResponse(unpacked, content_type=content_type, headers=headers)


def set_headers(response: HttpResponse, etag: str, clock: ClockArguments, *, is_hit: bool) -> HttpResponse:
    response.is_cache_hit = is_hit  # type: ignore[attr-defined]  # for registan/metrics.py
    response.clock_arguments = clock  # type: ignore[attr-defined]  # for registan/fast_path.py
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = PUBLIC_CACHE_CONTROL
    return set_vary_headers(response)


def set_private_headers(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """For a page of one reader, or one that a parameter changes, which search engines need not find."""
    response.headers.setdefault("Cache-Control", PRIVATE_CACHE_CONTROL)
    if PAGE_PARAMETERS.intersection(request.GET):
        response.headers["X-Robots-Tag"] = "noindex"
    return set_vary_headers(response)


def set_vary_headers(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("Cookie", "Accept-Encoding"))
    return response
