"""Which addresses the archive has, and the files in which they are.

Of each address that is known only a number is in memory, eight bytes: of two in a million million the archive would
think that it has one which it has not.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

from blog.models import Author, Page, Post, Series, Source, Tag
from blog.models.publishable import address_on_day
from registan.transfer.exports.rows.safe_names import safe_name

# Lists of the whole site.
LISTS = ("/", "/archive/", "/tags/", "/authors/", "/series/", "/sources/", "/comments/")
# Where the site has its search, the archive has its index.
SEARCH = "/search/"
INDEX = "index.html"
_FURTHER_PAGE = re.compile(r"(?:comment-)?page[-/]\d+/$")


class KnownPaths:
    """The paths (decoded) of what readers find; further pages of a list or conversation count as it does."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._numbers = array("q", sorted(map(hash, paths)))

    def __contains__(self, path: str) -> bool:
        number = hash(_FURTHER_PAGE.sub("", path))
        place = bisect_left(self._numbers, number)
        return place < len(self._numbers) and self._numbers[place] == number


def list_paths() -> Iterator[str]:
    """The lists: of the site, of days, months and years, by tags, authors, series and sources."""
    yield from LISTS
    days = Post.objects.published().order_by().values_list("published_on", flat=True).distinct()
    seen: set[str] = set()
    for day in filter(None, days.iterator()):
        date = address_on_day(day, "").rstrip("/") + "/"
        for path in (date, date[:-3], date[:-6]):
            if path not in seen:
                seen.add(path)
                yield path
    for rows in (Tag.objects.public(), Author.objects.all(), Series.objects.public(), Source.objects.public()):
        for row in rows.order_by("pk").iterator():
            yield unquote(row.get_absolute_url())


def text_paths() -> Iterator[str]:
    """Pages, and posts with the newest first."""
    for slug in Page.objects.order_by("slug").values_list("slug", flat=True).iterator():
        yield f"/{slug}/"
    posts = Post.objects.published().latest_first().values_list("published_on", "slug")
    for day, slug in posts.iterator():
        yield address_on_day(day, slug) if day else ""


def file_of(path: str) -> str:
    """The name of the file for a path (decoded), below the archive's folder."""
    parts = [safe_name(part) for part in path.strip("/").split("/") if part]
    return "/".join([*parts, INDEX]) if path.endswith("/") else path.strip("/")


def relative_link(file: str, *, start: str) -> str:
    """From one file of the archive to another, percent-encoded."""
    return quote(posixpath.relpath(file, posixpath.dirname(start) or "."))
