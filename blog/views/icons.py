"""The site's icons and its manifest (W3C, Web Application Manifest), at the addresses where browsers look for them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from blog.page_cache import cached_site_page, read_site_clock
from blog.sharing import icon_drawing
from blog.sharing.og_image import PAPER
from blog.text.site_values import site

# The addresses stay when the owner changes the icon, so browsers look again after a day.
CACHE_CONTROL = "public, max-age=86400"
# Characters that fit under an icon: longer names are cut by the system, within a word.
SHORT_NAME = 12


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return icon_response(request, "image/vnd.microsoft.icon", icon_drawing.draw_favicon)


@require_safe
def touch_icon(request: HttpRequest) -> HttpResponse:
    return home_screen_icon(request, side=str(icon_drawing.TOUCH_SIDE))


@require_safe
def home_screen_icon(request: HttpRequest, *, side: str) -> HttpResponse:
    if int(side) not in (icon_drawing.TOUCH_SIDE, *icon_drawing.MANIFEST_SIDES):
        raise Http404("There is no icon of this size.")
    return icon_response(request, "image/png", lambda name: icon_drawing.draw_home_screen_icon(name, int(side)))


def icon_response(request: HttpRequest, content_type: str, draw: Callable[[str], bytes]) -> HttpResponse:
    """The icon that `draw` makes of the owner's, or 304; the name of its file is new with each upload."""
    read_site_clock(request)  # learns of another icon
    etag = f'"{site().icon or "star"}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "").replace("W/", "")):
        return HttpResponseNotModified(headers={"ETag": etag, "Cache-Control": CACHE_CONTROL})
    try:
        headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
        return HttpResponse(draw(site().icon), content_type=content_type, headers=headers)
    except OSError:  # the file is gone, or the storage is down: our star, for this once
        return HttpResponse(draw(""), content_type=content_type, headers={"Cache-Control": "no-store"})


@require_safe
@cached_site_page
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site among its apps. It opens in the browser as ever: we hide no address."""
    content = {
        "id": "/",
        "name": site().name,
        "short_name": shorten_name(site().name),
        "description": site().tagline,
        "lang": site().language,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("blog:home"),
        "scope": reverse("blog:home"),
        "display": "minimal-ui",
        "theme_color": PAPER,
        "background_color": PAPER,
        "icons": [
            {
                "src": reverse("blog:icon", args=[side]),
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for side in icon_drawing.MANIFEST_SIDES
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


def shorten_name(name: str) -> str:
    """The first words of the site's name that fit under an icon, or at least the first."""
    short = name
    while len(short) > SHORT_NAME and " " in short:
        short = short.rpartition(" ")[0]
    return short
