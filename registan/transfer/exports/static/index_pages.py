"""The index in the place of the search: all posts with their authors and tags, by year, and a plain text of the same.

A browser finds words on a page, and any tool finds them in a text.
"""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone

from blog.models import Author, Post, Tag
from registan.transfer.exports.static.site_paths import SEARCH, file_of

TEXT_FILE = "posts.txt"
# Posts of a site that are listed on one page: half a megabyte, which a browser searches at once.
ONE_PAGE = 2_000


def read_lines() -> Iterator[Post]:
    """All posts that readers find, the newest first, with what a line says of each."""
    ids = Post.objects.published().latest_first().values_list("pk", flat=True)
    for batch in itertools.batched(list(ids), 500):
        rows = Post.objects.for_title_list().with_authors().prefetch_related("tags").in_bulk(batch)
        yield from (rows[pk] for pk in batch if pk in rows)


def count_by_year() -> Counter[int]:
    days = Post.objects.published().order_by().values_list("published_on", flat=True)
    return Counter(day.year for day in days.iterator() if day)


def index_contexts() -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of each page of the index, and what its template shows: all years, or links to a page for each."""
    years = count_by_year()
    total = sum(years.values())
    common = {"total": total, "authors": Author.objects.public(), "tags": Tag.objects.public(), "text_file": TEXT_FILE}
    if total <= ONE_PAGE:
        yield SEARCH, {**common, "months": by_month(read_lines())}
        return
    links = [(year, f"{SEARCH}{year}/", count) for year, count in sorted(years.items(), reverse=True)]
    yield SEARCH, {**common, "years": links}
    for year, posts in itertools.groupby(read_lines(), key=lambda post: post.publication_day.year):
        yield f"{SEARCH}{year}/", {"year": year, "months": by_month(posts)}


def by_month(posts: Iterable[Post]) -> Iterator[tuple[datetime.date, list[Post]]]:
    """The first day of each month with its posts."""
    months = itertools.groupby(posts, key=lambda post: post.publication_day.replace(day=1))
    return ((month, list(group)) for month, group in months)


def write_text_index(folder: Path) -> None:
    """A line for each post: its day, file, title, authors and tags, with tabs between them."""
    with (folder / TEXT_FILE).open("w", encoding="utf-8", newline="\n") as file:
        for post in read_lines():
            names = (", ".join(one.name for one in rows) for rows in (post.author_list, post.tags.all()))
            day = timezone.localtime(post.publication_time).date().isoformat()
            file.write("\t".join([day, file_of(post.get_absolute_url()), post.title, *names]) + "\n")
