"""The metadata that other sites show of a page: its image and its authors (Open Graph)."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import pgettext

from blog.images.embeds import read_cover
from blog.models import Post
from blog.sharing import og_image
from blog.sharing.og_image import OgImage, render_og_image
from blog.text.addresses import absolute_url
from blog.text.site_values import site, site_language

log = logging.getLogger(__name__)

# Images in a folder: file systems are slow with too many.
IMAGES_PER_FOLDER = 1_000


class ShareImage(NamedTuple):
    """A picture for other sites: absolute address, media type, size in pixels, and what it shows (or "")."""

    url: str
    kind: str
    width: int
    height: int
    alt: str


def byline(post: Post) -> str:
    """Its authors: "Alice", "Alice and Bob", "Alice, Bob and Carol"; "" when it has none."""
    return get_text_list([author.name for author in post.author_list], pgettext("byline", "and"))


def post_og_image(post: Post) -> OgImage:
    """In the site's language, not the reader's, since a post has one image."""
    with site_language():
        parts = [byline(post), date_format(post.publication_day, "DATE_FORMAT")]
    return OgImage(site=site().name, title=post.title, foot=" · ".join(part for part in parts if part))


def site_og_image() -> OgImage:
    """For pages that are not about one post."""
    return OgImage(site=site().name, title=site().tagline or site().name, foot=settings.HOST)


def post_og_image_url(post: Post) -> str:
    """The absolute address of the image drawn for a post, which changes with its content."""
    return absolute_url(f"{post.get_absolute_url()}share-{post_og_image(post).version}.png")


def share_image(post: Post) -> ShareImage:
    """The picture that other sites show with a post: its cover or, without one, the picture drawn for it.

    Where readers are asked for a password, it is that of the site.
    """
    if post.is_protected:
        return ShareImage(site_og_image_url(), "image/png", og_image.WIDTH, og_image.HEIGHT, site().name)
    if cover := read_cover(post.cover_html):
        return ShareImage(absolute_url(cover.url), cover.kind, cover.width, cover.height, cover.alt)
    alt = f"{post.title} · {site().name}"
    return ShareImage(post_og_image_url(post), "image/png", og_image.WIDTH, og_image.HEIGHT, alt)


def site_og_image_url() -> str:
    return absolute_url(reverse("blog:site-og-image", args=[site_og_image().version]))


def load_og_image(card: OgImage, *, number: int) -> bytes:
    """Draw the image, or read the file of an earlier drawing; `number` is the post's id, or 0 for the site."""
    folder = settings.SHARE_ROOT / str(number // IMAGES_PER_FOLDER)
    file = folder / f"{number}-{card.version}.png"
    try:
        return file.read_bytes()
    except OSError:
        content = render_og_image(card, font=settings.SHARE_FONT)
    try:
        write_atomically(content, file, replaced_pattern=f"{number}-*.png")
    except OSError as error:  # such as a full disk: the image is sent all the same
        log.warning("A share image could not be stored: %s", error)
    return content


def write_atomically(content: bytes, file: Path, *, replaced_pattern: str) -> None:
    """Write the file whole, even if others write it at the same time, and delete the files it replaces."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for old in file.parent.glob(replaced_pattern):
        if old != file:
            with contextlib.suppress(OSError):
                old.unlink()
