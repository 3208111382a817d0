"""Visits a page once, for its card: the page itself, then its picture, both through the guarded client."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from blog.cards.address_key import is_own_host
from blog.cards.page_words import PageWords, read_oembed, read_page
from blog.cards.videos import find_video
from blog.fetch.client import Fetched, FetchError, FetchRefused, GuardedClient, resolve_host
from blog.images.processing import EncodedImage, process_upload

PAGE_TYPES = ("text/html", "application/xhtml+xml")
VIDEO_TYPES = ("application/json",)
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")
PAGE_BYTES, VIDEO_BYTES, PICTURE_BYTES = 3_000_000, 100_000, 5_000_000
# Seconds for each of the two requests: meanwhile this worker does nothing else.
VISIT_SECONDS = 6.0
# The picture is shown at most 176 CSS pixels wide, on a dense screen 528.
MAX_PICTURE_SIDE = 528
# Smaller ones are not pictures of the page but signs, or count its readers.
MIN_PICTURE_SIDE = 48


class NoTitle(FetchError):
    """The page was read, and says of itself nothing that a card could show."""


class Visit(NamedTuple):
    """What a page says of itself, and its picture, encoded by us."""

    words: PageWords
    picture: EncodedImage | None


def visit_page(address: str) -> Visit:
    """Fetch what the card of this address shows. Raises FetchError."""
    video = find_video(address)
    if video:
        fetched = fetch(video.description_url, VIDEO_TYPES, VIDEO_BYTES)
        words = read_oembed(fetched.content, url=fetched.url)
    else:
        fetched = fetch(address, PAGE_TYPES, PAGE_BYTES)
        words = read_page(fetched.content, url=fetched.url, charset=fetched.charset)
    if not words.title:
        raise NoTitle("The page has no title.")
    return Visit(words, fetch_picture(words.picture) if words.picture else None)


def fetch_picture(url: str) -> EncodedImage | None:
    """The picture, encoded again and small; None when it cannot be had, or is none: the card does without."""
    try:
        fetched = fetch(url, PICTURE_TYPES, PICTURE_BYTES)
        picture = process_upload(ContentFile(fetched.content), max_side=MAX_PICTURE_SIDE, format="WEBP")
    except (FetchError, ValidationError):
        return None
    return picture if min(picture.width, picture.height) >= MIN_PICTURE_SIDE else None


def fetch(url: str, content_types: Collection[str], byte_limit: int) -> Fetched:
    """GET this address as what we are. Raises FetchError."""
    client = GuardedClient(
        user_agent=f"Registan ({settings.SITE_URL})",
        content_types=content_types,
        byte_limit=byte_limit,
        time_limit=VISIT_SECONDS,
        resolve=resolve_other_host,
    )
    return client.fetch(url)


def resolve_other_host(host: str, port: int) -> list[str]:
    """As `resolve_host`, for every host but our own, to which a redirect may lead."""
    if is_own_host(host):
        raise FetchRefused(f"{host} is this site.")
    return resolve_host(host, port)
