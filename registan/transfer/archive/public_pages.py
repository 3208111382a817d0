"""Every public page by its address, rendered as readers get it: archived as a hash, and compared after a restore.

Left out is what no two readings of the same database need share, or what repeats other pages: searches, forms,
pictures, and the other orders of a conversation.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import zip_longest
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from blog.models import Author, Page, Post, Series, Source, Tag
from comments.models import Reader
from comments.threads.layout import commenter_url, count_pages

LISTS = (
    "blog:home",
    "blog:archive",
    "blog:tags",
    "blog:authors",
    "blog:series-list",
    "blog:sources",
    "comments:latest",
)
SINGLE = ("blog:manifest", "blog:opensearch", "blog:subscribe", "comments:transparency")
FORMATS = ("", "atom/", "json/")
NEXT = re.compile(rb'(?:href="([^"]+)" rel="next"|rel="next" href="([^"]+)")')
SITEMAP = re.compile(rb"<loc>([^<]+)</loc>")
# Pages are rendered once each: whatever is kept for another reading is little, and in this process alone.
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 300}}
CACHES = {name: {**MEMORY, "LOCATION": f"archive-{name}"} for name in ("default", "pages", "fragments")}
# Rows whose addresses are in memory at once.
CHUNK = 500


class PageSum(NamedTuple):
    """A page by its address, with the status of the answer and the SHA-256 of its bytes."""

    address: str
    status: int
    sha256: str

    def as_line(self) -> bytes:
        return json.dumps(self._asdict(), ensure_ascii=False).encode() + b"\n"


class PageReader:
    """Asks this process for pages, as an anonymous reader at the site's own address."""

    def __init__(self) -> None:
        self.client = Client(headers={"host": urlsplit(settings.SITE_URL).netloc})

    def get(self, address: str) -> tuple[PageSum, bytes]:
        """The page, and its bytes. Raises whatever the view raises."""
        response: Any = self.client.get(address, secure=settings.HTTPS)
        content = b"".join(response) if response.streaming else response.content
        self.client.cookies.clear()
        return PageSum(address, response.status_code, hashlib.sha256(content).hexdigest()), content

    def follow(self, address: str) -> Iterator[PageSum]:
        """The page and those that follow it, by their links."""
        while address:
            page, content = self.get(address)
            yield page
            found = NEXT.search(content) if page.status == 200 else None
            address = unescape((found[1] or found[2]).decode()) if found else ""


def render_pages() -> Iterator[PageSum]:
    """Render every page, one after another, in an order that depends on the database alone."""
    with override_settings(CACHES=CACHES):
        reader = PageReader()
        for name in LISTS:
            yield from reader.follow(reverse(name))
        yield from read_single(reader)
        yield from read_days(reader)
        for model in (Tag, Author, Series, Source):
            yield from read_subjects(reader, model)
        yield from read_feeds(reader, "/")
        yield from read_feeds(reader, "/comments/")
        yield from read_commenters(reader)
        for row in in_chunks(Page.objects.select_related("thread")):
            yield from read_subject(reader, row)
        for row in in_chunks(Post.objects.with_page().without_password().select_related("thread")):
            yield from read_subject(reader, row)


def read_single(reader: PageReader) -> Iterator[PageSum]:
    for address in ("/robots.txt", *map(reverse, SINGLE)):
        yield reader.get(address)[0]
    index, content = reader.get("/sitemap.xml")
    yield index
    for found in SITEMAP.findall(content):
        parts = urlsplit(unescape(found.decode()))
        yield reader.get(f"{parts.path}?{parts.query}".rstrip("?"))[0]


def read_days(reader: PageReader) -> Iterator[PageSum]:
    """The archives of years, months and days."""
    seen = ""
    for day in Post.objects.published().order_by("published_on").values_list("published_on", flat=True).distinct():
        for length in (4, 7, 10):
            part = str(day)[:length]
            if not seen.startswith(part):
                yield from reader.follow(f"/{part.replace('-', '/')}/")
        seen = str(day)


def read_subjects(reader: PageReader, model: type[Tag | Author | Series | Source]) -> Iterator[PageSum]:
    rows: Any = model.objects.all() if model is Author else model.objects.public()
    for row in in_chunks(rows):
        yield from reader.follow(row.get_absolute_url())
        if model in (Tag, Author):
            yield from read_feeds(reader, row.get_absolute_url())


def read_feeds(reader: PageReader, base: str) -> Iterator[PageSum]:
    for format in FORMATS:
        yield reader.get(f"{base}feed/{format}")[0]


def read_commenters(reader: PageReader) -> Iterator[PageSum]:
    for row in in_chunks(Reader.objects.filter(public_id__isnull=False, verified_at__isnull=False)):
        yield from reader.follow(commenter_url(row.public_id))


def read_subject(reader: PageReader, row: Post | Page) -> Iterator[PageSum]:
    """A post or page, its conversation page by page, and as a whole, and the feed of its comments."""
    address, shown = row.get_absolute_url(), row.thread.shown_count if row.thread else 0
    yield reader.get(address)[0]
    for number in range(2, count_pages(shown) + 1):
        yield reader.get(f"{address}comment-page-{number}/")[0]
    if shown:
        yield from reader.follow(f"{address}discussion/")
        yield reader.get(f"{address}feed/")[0]


def in_chunks(rows: Any) -> Iterator[Any]:
    """The rows by their numbers, some hundred at a time."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def compare_pages(archived: Iterable[PageSum], *, most: int = 20) -> tuple[int, list[str]]:
    """How many pages were rendered, and which differ from the archived ones, in sentences: at most so many.

    Both come in the same order, so neither list is ever in memory; where they part, the comparison ends.
    """
    differences: list[str] = []
    count = 0
    for before, page in zip_longest(archived, render_pages()):
        count += page is not None
        if before is None or page is None or before.address != page.address:
            names = (before.address if before else "no page", page.address if page else "no page")
            differences.append("The archive has {} where this site has {}: pages are missing or new.".format(*names))
        elif before != page:
            differences.append(f"{page.address} differs from the archived page (status {page.status}).")
        if len(differences) >= most or before is None or page is None or before.address != page.address:
            break
    return count, differences
