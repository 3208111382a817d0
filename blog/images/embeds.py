"""Pictures of ours in a text: the size kept free for each, its renditions, and its credit.

What comes in has been sanitised (blog/markup/renderer.py); what is added here are numbers, our own addresses, and the
credit, escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from blog.markup.html_parts import ATTRIBUTES

# The address of an uploaded picture, wherever in a text it stands. Its name is 32 letters by chance.
IMAGE_URL = re.compile(r"/media/images/([0-9a-f]{32})\.(?:jpg|png|webp)")
# How wide a picture is shown: the column's width (docs of `sizes`: HTML, 4.8.4.2.1), or the window's.
SIZES = "(min-width: 48rem) 45rem, 100vw"
# The width of the rendition that stands in `src`: for feed readers, and for browsers too old to choose.
FALLBACK_WIDTH = 1_200

# Possessive, so that the time is linear.
_IMAGE = re.compile(rf"<img ({ATTRIBUTES})>(<figcaption[^>]*+>(?:[^<]++|<(?!/figcaption>))*+)?")
_SOURCE = re.compile(r'(?:^| )src="/media/images/([0-9a-f]{32})\.\w+"')
_HAS_SIZE = re.compile(r'(?:^| )(?:width|height)="')
_ADDED = re.compile(r'</?picture>|<source [^>]*+>|(<img (?:[^<>"]++|"[^"]*+")*?) srcset="[^"]*+" sizes="[^"]*+">')


@dataclass(frozen=True)
class EmbeddedRendition:
    """One rendition: its type (avif, webp, jpeg, png), width in pixels and address."""

    kind: str
    width: int
    url: str


@dataclass(frozen=True)
class EmbeddedImage:
    """What the page has to know of an uploaded picture; sides in pixels. No `sizes` while none are drawn."""

    width: int
    height: int
    credit: str = ""
    renditions: list[EmbeddedRendition] = field(default_factory=list)

    def of_formats(self, *kinds: str) -> list[EmbeddedRendition]:
        """The renditions of these kinds, the smallest first."""
        return sorted((one for one in self.renditions if one.kind in kinds), key=lambda one: one.width)


def image_names(*texts: str) -> set[str]:
    """The names of the uploaded pictures that these texts (Markdown or HTML) speak of."""
    return {name for text in texts for name in IMAGE_URL.findall(text)}


def embed_images(html: str, pictures: Mapping[str, EmbeddedImage]) -> str:
    """`html` with everything that is known of its pictures; others are left as they are."""

    def draw(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[1])
        picture = pictures.get(source[1]) if source else None
        if picture is None:
            return match[0]
        credit = f'<small class="credit" dir="auto">{escape(picture.credit)}</small>' if picture.credit else ""
        if caption := match[2]:
            return f"{render_picture(match[1], picture)}{caption}{credit and ' ' + credit}"
        return render_picture(match[1], picture) + credit

    return _IMAGE.sub(draw, html)


def render_picture(attributes: str, picture: EmbeddedImage) -> str:
    """The element for one picture. Who typed a width or a height himself keeps to it."""
    if not _HAS_SIZE.search(attributes):
        attributes += f' width="{picture.width}" height="{picture.height}"'
    plain = picture.of_formats("jpeg", "png")
    if not plain:
        return f"<img {attributes}>"
    own = next((one for one in plain if one.width >= FALLBACK_WIDTH), plain[-1])
    attributes = _SOURCE.sub(lambda found: found[0].replace(found[0].strip(), f'src="{own.url}"'), attributes)
    sources = "".join(
        f'<source type="image/{kind}" srcset="{render_srcset(sizes)}" sizes="{SIZES}">'
        for kind in ("avif", "webp")
        if (sizes := picture.of_formats(kind))
    )
    return f'<picture>{sources}<img {attributes} srcset="{render_srcset(plain)}" sizes="{SIZES}"></picture>'


def render_srcset(sizes: list[EmbeddedRendition]) -> str:
    return ", ".join(f"{one.url} {one.width}w" for one in sizes)


def strip_renditions(html: str) -> str:
    """`html` with plain images again: a feed's addresses must be whole, and its readers choose no sizes."""
    return _ADDED.sub(lambda added: f"{added[1]}>" if added[1] else "", html)


def image_markdown(url: str, *, alt: str, caption: str) -> str:
    """The line of Markdown that puts the picture at `url` into a text."""
    described = re.sub(r"([\\\[\]*_`<>&!~])", r"\\\1", alt)
    title = re.sub(r'([\\"&])', r"\\\1", caption)
    return f'![{described}]({url} "{title}")' if title else f"![{described}]({url})"
