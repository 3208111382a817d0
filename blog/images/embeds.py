"""Embeds uploaded pictures in rendered HTML: their sizes, renditions and credits.

Takes sanitised HTML, and adds only numbers, our own addresses, and the credit, escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from blog.markup.html_parts import ATTRIBUTES

# The address of an uploaded picture, anywhere in a text. Its name is 32 random digits.
IMAGE_URL = re.compile(r"/media/images/([0-9a-f]{32})\.(?:jpg|png|webp)")
# How wide a picture is shown: as wide as the column, or the window (HTML, 4.8.4.2.1).
SIZES = "(min-width: 48rem) 45rem, 100vw"
# The width of the rendition in `src`, for feed readers and for browsers too old to choose.
FALLBACK_WIDTH = 1_200

# Possessive, so that the time is linear.
_IMAGE = re.compile(rf"<img ({ATTRIBUTES})>(<figcaption[^>]*+>(?:[^<]++|<(?!/figcaption>))*+)?")
_SOURCE = re.compile(r'(?:^| )src="/media/images/([0-9a-f]{32})\.\w+"')
_HAS_SIZE = re.compile(r'(?:^| )(?:width|height)="')
_ADDED = re.compile(r'<(?:/?picture>|source [^>]*+>|(img (?:[^<>"]++|"[^"]*+")*?) srcset="[^"]*+" sizes="[^"]*+">)')


@dataclass(frozen=True)
class EmbeddedRendition:
    """A rendition: its format (avif, webp, jpeg, png), width in pixels and address."""

    kind: str
    width: int
    url: str


@dataclass(frozen=True)
class EmbeddedImage:
    """What a page needs to know of an uploaded picture; width and height are in pixels."""

    width: int
    height: int
    credit: str = ""
    renditions: list[EmbeddedRendition] = field(default_factory=list)

    def of_formats(self, *kinds: str) -> list[EmbeddedRendition]:
        """The renditions in these formats, the smallest first."""
        return sorted((size for size in self.renditions if size.kind in kinds), key=lambda size: size.width)


def image_names(*texts: str) -> set[str]:
    """The names of the uploaded pictures in these texts (Markdown or HTML)."""
    return {name for text in texts for name in IMAGE_URL.findall(text)}


def embed_images(html: str, pictures: Mapping[str, EmbeddedImage]) -> str:
    """Add what is known of these pictures, by their names; others are left as they are."""

    def embed(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[1])
        picture = pictures.get(source[1]) if source else None
        if picture is None:
            return match[0]
        credit = f'<small class="credit" dir="auto">{escape(picture.credit)}</small>' if picture.credit else ""
        if caption := match[2]:
            return f"{render_picture(match[1], picture)}{caption}{credit and ' ' + credit}"
        return render_picture(match[1], picture) + credit

    return _IMAGE.sub(embed, html)


def render_picture(attributes: str, picture: EmbeddedImage) -> str:
    """The element for a picture; a width or height that its author typed is left as it is."""
    if not _HAS_SIZE.search(attributes):
        attributes += f' width="{picture.width}" height="{picture.height}"'
    plain = picture.of_formats("jpeg", "png")
    if not plain:
        return f"<img {attributes}>"
    fallback = next((size for size in plain if size.width >= FALLBACK_WIDTH), plain[-1])
    attributes = _SOURCE.sub(lambda match: match[0].replace(match[0].strip(), f'src="{fallback.url}"'), attributes)
    sources = "".join(
        f'<source type="image/{kind}" srcset="{render_srcset(sizes)}" sizes="{SIZES}">'
        for kind in ("avif", "webp")
        if (sizes := picture.of_formats(kind))
    )
    return f'<picture>{sources}<img {attributes} srcset="{render_srcset(plain)}" sizes="{SIZES}"></picture>'


def render_srcset(sizes: list[EmbeddedRendition]) -> str:
    return ", ".join(f"{size.url} {size.width}w" for size in sizes)


def strip_renditions(html: str) -> str:
    """Make the images plain again: in a feed addresses must be absolute, and its readers choose no sizes."""
    return _ADDED.sub(lambda added: f"<{added[1]}>" if added[1] else "", html)


def image_markdown(url: str, *, alt: str, caption: str) -> str:
    """The line of Markdown that puts the picture at `url` into a text."""
    described = re.sub(r"([\\\[\]*_`<>&!~])", r"\\\1", alt)
    title = re.sub(r'([\\"&])', r"\\\1", caption)
    return f'![{described}]({url} "{title}")' if title else f"![{described}]({url})"
