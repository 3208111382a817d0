"""Numbered pages of lists, at /page/N/."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

# Posts on a page of a list.
POSTS_PER_PAGE = 10
# Page numbers shown around the current one; the rest are gaps.
PAGES_AROUND = 2


@dataclass
class NumberedPage:
    """One page of `total` rows.

    `base` is the address of page 1, `pattern` what the address of page N adds, `query` what every page's address adds.
    """

    object_list: Sequence[Any]
    number: int
    num_pages: int
    total: int
    base: str
    pattern: str = "page/{}/"
    query: str = ""
    per_page: int = 1

    @property
    def start_index(self) -> int:
        """The position of its first row among all, from 1."""
        return (self.number - 1) * self.per_page + 1

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.num_pages

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1) if self.has_previous else ""

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1) if self.has_next else ""

    def url(self, number: int) -> str:
        return (self.base if number == 1 else self.base + self.pattern.format(number)) + self.query

    @property
    def links(self) -> list[dict[str, Any]]:
        """The first and last page and those around this: {number, url, current}, or {gap: True} for those between."""
        near = range(self.number - PAGES_AROUND, self.number + PAGES_AROUND + 1)
        numbers = sorted({1, self.num_pages, *(n for n in near if 1 <= n <= self.num_pages)})
        links: list[dict[str, Any]] = []
        for number in numbers:
            if links and number > links[-1]["number"] + 1:
                links.append({"gap": True, "number": number - 1})
            links.append({"number": number, "url": self.url(number), "current": number == self.number})
        return links


def paginate(
    rows: Any,
    *,
    number: str | int | None,
    total: int,
    per_page: int,
    base: str,
    seek: Callable[[Any, int], tuple[Any, int]] | None = None,
) -> NumberedPage:
    """Page `number` (None: the first) of `rows`, which can be sliced; Http404 when there is no such page.

    `seek` gets the rows and a position, and returns fewer of them that go on from there, with the position in these.
    """
    wanted, last = int(number or 1), max(1, -(-total // per_page))
    if not 1 <= wanted <= last:
        raise Http404("There is no such page.")
    start = (wanted - 1) * per_page
    if start and isinstance(rows, QuerySet):
        # The ids first, from the index alone: an OFFSET on whole rows reads, and may sort, all those before.
        near, start = seek(rows, start) if seek else (rows, start)
        rows, start = rows.filter(pk__in=near.values("pk")[start : start + per_page]), 0
    return NumberedPage(list(rows[start : start + per_page]), wanted, last, total, base, per_page=per_page)
