"""Pictures of ours in a text: the size kept free for each, its renditions, and its credit.

What comes in has been through the gate (blog/markup.py); what is added here are numbers, our own addresses, and the
credit, escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

# The address of an uploaded picture, wherever in a text it stands. Its name is 32 letters by chance.
ADDRESS = re.compile(r"/media/images/([0-9a-f]{32})\.(?:jpg|png|webp)")
# How wide a picture is shown: the column's width (docs of `sizes`: HTML, 4.8.4.2.1), or the window's.
SIZES = "(min-width: 48rem) 45rem, 100vw"
# The width of the rendition that stands in `src`: for feed readers, and for browsers too old to choose.
PLAIN_WIDTH = 1_200

# Each part is possessive, as in markup.plain_text: the time is linear.
_IMAGE = re.compile(r'<img ((?:[^<>"]++|"[^"]*+")*+)>(<figcaption[^>]*+>(?:[^<]++|<(?!/figcaption>))*+)?')
_SOURCE = re.compile(r'(?:^| )src="/media/images/([0-9a-f]{32})\.\w+"')
_SIZED = re.compile(r'(?:^| )(?:width|height)="')
_ADDED = re.compile(r'</?picture>|<source [^>]*+>|(<img (?:[^<>"]++|"[^"]*+")*?) srcset="[^"]*+" sizes="[^"]*+">')


@dataclass(frozen=True)
class Size:
    """One rendition: its type (avif, webp, jpeg, png), width in pixels and address."""

    kind: str
    width: int
    url: str


@dataclass(frozen=True)
class Picture:
    """What the page has to know of an uploaded picture; sides in pixels. No `sizes` while none are drawn."""

    width: int
    height: int
    credit: str = ""
    sizes: list[Size] = field(default_factory=list)

    def among(self, *kinds: str) -> list[Size]:
        """The renditions of these kinds, the smallest first."""
        return sorted((one for one in self.sizes if one.kind in kinds), key=lambda one: one.width)


def names(*texts: str) -> set[str]:
    """The names of the uploaded pictures that these texts (Markdown or HTML) speak of."""
    return {name for text in texts for name in ADDRESS.findall(text)}


def illustrated(html: str, pictures: Mapping[str, Picture]) -> str:
    """`html` with everything that is known of its pictures; others are left as they are."""

    def draw(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[1])
        picture = pictures.get(source[1]) if source else None
        if picture is None:
            return match[0]
        credit = f'<small class="credit" dir="auto">{escape(picture.credit)}</small>' if picture.credit else ""
        if caption := match[2]:
            return f"{drawn(match[1], picture)}{caption}{credit and ' ' + credit}"
        return drawn(match[1], picture) + credit

    return _IMAGE.sub(draw, html)


def drawn(attributes: str, picture: Picture) -> str:
    """The element for one picture. Who typed a width or a height himself keeps to it."""
    if not _SIZED.search(attributes):
        attributes += f' width="{picture.width}" height="{picture.height}"'
    plain = picture.among("jpeg", "png")
    if not plain:
        return f"<img {attributes}>"
    own = next((one for one in plain if one.width >= PLAIN_WIDTH), plain[-1])
    attributes = _SOURCE.sub(lambda found: found[0].replace(found[0].strip(), f'src="{own.url}"'), attributes)
    sources = "".join(
        f'<source type="image/{kind}" srcset="{srcset(sizes)}" sizes="{SIZES}">'
        for kind in ("avif", "webp")
        if (sizes := picture.among(kind))
    )
    return f'<picture>{sources}<img {attributes} srcset="{srcset(plain)}" sizes="{SIZES}"></picture>'


def srcset(sizes: list[Size]) -> str:
    return ", ".join(f"{one.url} {one.width}w" for one in sizes)


def undrawn(html: str) -> str:
    """`html` with plain images again: a feed's addresses must be whole, and its readers choose no sizes."""
    return _ADDED.sub(lambda added: f"{added[1]}>" if added[1] else "", html)


def written(url: str, *, alt: str, caption: str) -> str:
    """The line of Markdown that puts the picture at `url` into a text."""
    described = re.sub(r"([\\\[\]*_`<>&!~])", r"\\\1", alt)
    title = re.sub(r'([\\"&])', r"\\\1", caption)
    return f'![{described}]({url} "{title}")' if title else f"![{described}]({url})"
