"""Embeds uploaded pictures in rendered HTML: their sizes, renditions and credits.

Takes sanitised HTML, and adds only numbers, our own addresses, and the credit, escaped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import NamedTuple

from django.utils.translation import gettext_noop

from blog.markup.footnotes import label_in_site_language
from blog.markup.html_parts import ATTRIBUTES

# The address of an uploaded picture, anywhere in a text. Its name is 32 random digits.
IMAGE_URL = re.compile(r"/media/images/([0-9a-f]{32})\.(?:jpg|png|webp)")
# How wide a picture is shown: as wide as the column, or the window (HTML, 4.8.4.2.1).
SIZES = "(min-width: 48rem) 45rem, 100vw"
GALLERY_SIZES, WIDE_SIZES = "(min-width: 48rem) 23rem, 50vw", "(min-width: 66rem) 64rem, 100vw"
WIDE_GALLERY_SIZES = "(min-width: 66rem) 21rem, (min-width: 48rem) 33vw, 50vw"
# Narrower ones, such as a sign in a line, are shown in full size where they are.
MIN_LINKED_WIDTH = 400
FULL_SIZE = gettext_noop("Full size")
# The width of the rendition in `src`, for feed readers and for browsers too old to choose.
FALLBACK_WIDTH = 1_200

# Possessive, so that the time is linear.
_EMBEDDED = re.compile(
    rf"<img (?P<img>{ATTRIBUTES})>(?P<caption>\s*+<figcaption[^>]*+>(?:[^<]++|<(?!/figcaption>))*+)?"
    rf"|<(?:a|div|figure) {ATTRIBUTES}>|</(?:a|div|figure)>"
)
_HAS_WORDS = re.compile(r'(?:^| )alt="[^"]')
_SOURCE = re.compile(r'(?:^| )src="/media/images/([0-9a-f]{32})\.\w+"')
_COVER = re.compile(
    r'<img src="(/media/images/[0-9a-f]{32}(?:-([0-9]+))?\.(jpg|png|webp))" alt="([^"]*)"'
    r' width="([0-9]+)" height="([0-9]+)"'
)
_HAS_SIZE = re.compile(r'(?:^| )(?:width|height)="')
_EMPTY = re.compile(r"<(a|p|figcaption|figure|div)(?: [^<>]*+)?>\s*+</\1>\n?")
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


class Cover(NamedTuple):
    """A cover as other sites show it: its address on this site, media type, width and height in pixels, and words."""

    url: str
    kind: str
    width: int
    height: int
    alt: str


def image_names(*texts: str) -> set[str]:
    """The names of the uploaded pictures in these texts (Markdown or HTML)."""
    return {name for text in texts for name in IMAGE_URL.findall(text)}


def embed_images(html: str, pictures: Mapping[str, EmbeddedImage]) -> str:
    """Add what is known of these pictures, by their names; others are left as they are."""
    surroundings = Surroundings()

    def embed(match: re.Match[str]) -> str:
        if match["img"] is None:
            surroundings.pass_tag(match[0])
            return match[0]
        source = _SOURCE.search(match["img"])
        picture = pictures.get(source[1]) if source else None
        if picture is None:
            return match[0]
        shown = render_picture(match["img"], picture, sizes=surroundings.sizes)
        if source and not surroundings.is_in_link and picture.width >= MIN_LINKED_WIDTH:
            shown = link_to_full_size(shown, source[0].strip().removeprefix("src="), match["img"])
        credit = f'<small class="credit" dir="auto">{escape(picture.credit)}</small>' if picture.credit else ""
        if caption := match["caption"]:
            return f"{shown}{caption}{credit and ' ' + credit}"
        return shown + credit

    return _EMBEDDED.sub(embed, html)


def remove_images(html: str, names: Collection[str]) -> str:
    """Take the pictures with these names out of rendered HTML, each with its caption and the figure around it."""
    if not names:
        return html

    def remove(match: re.Match[str]) -> str:
        source = _SOURCE.search(match["img"] or "")
        if not source or source[1] not in names:
            return match[0]
        return "<figcaption>" if match["caption"] else ""  # whose end is not part of the match

    html, emptied = _EMBEDDED.sub(remove, html), 1
    while emptied:  # what held nothing else: the innermost first
        html, emptied = _EMPTY.subn("", html)
    return html


class Surroundings:
    """What a picture stands in, known from the tags before it."""

    is_in_link = False
    sizes = SIZES

    def pass_tag(self, tag: str) -> None:
        if tag.startswith(("<a ", "</a")):
            self.is_in_link = tag.startswith("<a ")
        elif 'class="gallery' in tag:
            self.sizes = WIDE_GALLERY_SIZES if "gallery--wide" in tag else GALLERY_SIZES
        elif 'class="figure figure--wide' in tag:
            self.sizes = WIDE_SIZES
        elif tag == "</div>" or (tag == "</figure>" and self.sizes == WIDE_SIZES):
            self.sizes = SIZES


def link_to_full_size(shown: str, address: str, attributes: str) -> str:
    """Link a picture to its file, which a browser shows in full size; `address` is quoted. A link needs a name."""
    label = "" if _HAS_WORDS.search(attributes) else f' aria-label="{label_in_site_language(FULL_SIZE)}"'
    return f"<a href={address}{label}>{shown}</a>"


def render_cover(url: str, picture: EmbeddedImage, *, alt: str, caption: str) -> str:
    """The figure of a cover: the first thing in view, so it is not loaded lazily. `read_cover` reads it again."""
    attributes = f'src="{escape(url)}" alt="{escape(alt)}"'
    shown = link_to_full_size(render_picture(attributes, picture), f'"{escape(url)}"', attributes)
    credit = f'<small class="credit" dir="auto">{escape(picture.credit)}</small>' if picture.credit else ""
    words = " ".join(filter(None, [escape(caption), credit]))
    return f'<figure class="cover">{shown}{words and f'<figcaption dir="auto">{words}</figcaption>'}</figure>'


def read_cover(html: str) -> Cover | None:
    """The cover in what `render_cover` has made; None in ""."""
    if not (found := _COVER.search(html)):
        return None
    url, shown_width, ending, alt, width, height = found.groups()
    shown = int(shown_width or width)
    kind = "image/jpeg" if ending == "jpg" else f"image/{ending}"
    return Cover(url, kind, shown, max(1, round(int(height) * shown / int(width))), unescape(alt))


def render_picture(attributes: str, picture: EmbeddedImage, *, sizes: str = SIZES) -> str:
    """The element for a picture shown `sizes` wide; a width or height that its author typed is left as it is."""
    if not _HAS_SIZE.search(attributes):
        attributes += f' width="{picture.width}" height="{picture.height}"'
    plain = picture.of_formats("jpeg", "png")
    if not plain:
        return f"<img {attributes}>"
    fallback = next((size for size in plain if size.width >= FALLBACK_WIDTH), plain[-1])
    attributes = _SOURCE.sub(lambda match: match[0].replace(match[0].strip(), f'src="{fallback.url}"'), attributes)
    sources = "".join(
        f'<source type="image/{kind}" srcset="{render_srcset(files)}" sizes="{sizes}">'
        for kind in ("avif", "webp")
        if (files := picture.of_formats(kind))
    )
    return f'<picture>{sources}<img {attributes} srcset="{render_srcset(plain)}" sizes="{sizes}"></picture>'


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
