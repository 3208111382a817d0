"""Counts who wrote what: authors that the export declares or only mentions, and the owner's map of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from registan.transfer.records.export_records import ExportedAuthor, Item
from registan.transfer.wordpress.inventory.bounded_counts import MAX_NAMES, Rows, add_count, ranked


class AuthorTally:
    """`author_map` has a byline for each login; None where the owner gave no map."""

    def __init__(self, author_map: Mapping[str, str] | None) -> None:
        self.author_map = author_map
        self.ids: set[int] = set()
        self._declared: set[str] = set()
        self._written: Counter[str] = Counter()
        self._unsigned = 0

    def add_author(self, author: ExportedAuthor) -> None:
        if len(self._declared) < MAX_NAMES:
            self._declared.add(author.login)
            self.ids.add(author.id)

    def add_item(self, item: Item) -> None:
        if item.creator:
            add_count(self._written, item.creator)
        else:
            self._unsigned += 1

    def sections(self) -> Iterator[tuple[str, Rows]]:
        undeclared = self._written.keys() - self._declared
        yield (
            "Authors",
            {
                "declared": len(self._declared),
                "only mentioned by items": len(undeclared),
                "declared, without an item": len(self._declared - self._written.keys()),
                "items without an author": self._unsigned,
            },
        )
        yield "Items by author", ranked(self._written)
        if self.author_map is not None:
            logins = self._declared | self._written.keys()
            unmapped = Counter({login: self._written[login] for login in logins - self.author_map.keys()})
            yield "Authors that the map does not name", ranked(unmapped)
            unknown = sorted(self.author_map.keys() - logins)
            yield "Names in the map that no file has", {login: self.author_map[login] for login in unknown}
