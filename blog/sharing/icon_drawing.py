"""Draws the icons of the site, for browsers, home screens and feed readers, from the owner's icon or else our star."""

from __future__ import annotations

import functools
from io import BytesIO

from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from blog.sharing.og_image import EYE, MARK, PAPER, STAR

# Of favicon.ico: what tabs, bookmarks and taskbars show.
FAVICON_SIDES = (16, 32, 48)
# Of icons for a home screen: Apple's, and those that a manifest must have to be installable.
TOUCH_SIDE, MANIFEST_SIDES = 180, (192, 512)
# Steps of a star's edge within a pixel.
SMOOTHING = 4
# The part of a home screen's icon that no mask cuts off is a circle of 80 % (W3C, Web App Manifest, "maskable").
SAFE = 0.7


@functools.lru_cache(8)
def draw_favicon(name: str) -> bytes:
    """An ICO; `name` is that of the owner's icon in the storage, "" for our star. Raises OSError if it is not there."""
    out = BytesIO()
    largest = max(FAVICON_SIDES)
    load_picture(name, largest).save(out, "ICO", sizes=[(side, side) for side in FAVICON_SIDES])
    return out.getvalue()


@functools.lru_cache(16)
def draw_home_screen_icon(name: str, side: int) -> bytes:
    """A PNG without holes, since a home screen paints these black, with a margin that may be cut to any shape.

    Takes a name and raises OSError as `draw_favicon` does.
    """
    inner = round(side * SAFE)
    icon = load_picture(name, inner)
    canvas = Image.new("RGB", (side, side), PAPER)
    canvas.paste(icon, ((side - inner) // 2,) * 2, icon)
    out = BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def load_picture(name: str, side: int) -> Image.Image:
    """The icon in a square of this side, transparent around it."""
    if not name:
        return draw_star(side)
    with default_storage.open(name) as file:
        picture = Image.open(file).convert("RGBA")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def draw_star(side: int) -> Image.Image:
    """The star of static/img/star.svg."""
    large = side * SMOOTHING
    mask = Image.new("L", (large, large))
    draw, unit = ImageDraw.Draw(mask), large / 32
    for shape, fill in ((STAR, 255), (EYE, 0)):
        draw.polygon([(x * unit, y * unit) for x, y in shape], fill=fill)
    star = Image.new("RGBA", (side, side), MARK)
    star.putalpha(mask.resize((side, side), Image.Resampling.LANCZOS))
    return star
