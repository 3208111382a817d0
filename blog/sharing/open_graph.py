"""What is told to other sites of a page: the picture that stands for it, and the names under it."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import override, pgettext

from blog.models import Post
from blog.sharing.og_image import OgImage, render_og_image

log = logging.getLogger(__name__)

# Pictures in one folder, so that no folder of a large site holds more than file systems like.
IMAGES_PER_FOLDER = 1_000


def byline(post: Post) -> str:
    """Its authors: "Alice", "Alice and Bob", "Alice, Bob and Carol"; "" for a post by nobody."""
    return get_text_list([author.name for author in post.author_list], pgettext("byline", "and"))


def post_og_image(post: Post) -> OgImage:
    """In the site's language, not in the reader's: a post has one picture."""
    with override(settings.LANGUAGE_CODE):
        parts = [byline(post), date_format(post.published_on, "DATE_FORMAT")]
    return OgImage(site=settings.SITE_NAME, title=post.title, foot=" · ".join(part for part in parts if part))


def site_og_image() -> OgImage:
    """For pages that are about no single post."""
    return OgImage(site=settings.SITE_NAME, title=settings.SITE_TAGLINE or settings.SITE_NAME, foot=settings.HOST)


def post_og_image_url(post: Post) -> str:
    """The whole address of a post's picture as it is now: another title, another address."""
    return f"{settings.SITE_URL}{post.get_absolute_url()}share-{post_og_image(post).version}.png"


def site_og_image_url() -> str:
    return settings.SITE_URL + reverse("blog:site-og-image", args=[site_og_image().version])


def load_og_image(card: OgImage, *, number: int) -> bytes:
    """The card drawn: once, then from its file. `number` is the post's, 0 the site's; each has one file at most."""
    folder = settings.SHARE_ROOT / str(number // IMAGES_PER_FOLDER)
    file = folder / f"{number}-{card.version}.png"
    try:
        return file.read_bytes()
    except OSError:
        drawn = render_og_image(card, font=settings.SHARE_FONT)
    try:
        write_atomically(drawn, file, earlier=f"{number}-*.png")
    except OSError as error:  # a full disk, say: the picture is sent all the same
        log.warning("A picture to share could not be kept: %s", error)
    return drawn


def write_atomically(content: bytes, file: Path, *, earlier: str) -> None:
    """Put `content` there whole, whoever else does the same just now, and remove what it replaces."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for old in file.parent.glob(earlier):
        if old != file:
            with contextlib.suppress(OSError):
                old.unlink()
