"""Remembers what the addresses of an old blog lead to here, for readers who come by an old link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blog.models import Author, Image, OldAddress, Page, Post, Tag
from blog.text.old_paths import old_path_key
from registan.transfer.content.import_files import StoredMedia
from registan.transfer.content.import_plan import PlannedAuthor, PlannedTerm
from registan.transfer.content.system_addresses import author_addresses, item_addresses, term_addresses
from registan.transfer.models.import_source import Source
from registan.transfer.records.export_records import Item

# Addresses that a run remembers as refused.
MAX_REFUSED = 500


class KnownAddresses:
    """Collects addresses, and stores them with the rows that they lead to, in the same transaction."""

    def __init__(self, source: Source) -> None:
        self.source, self.key = source, address_source(source)
        self._pending: list[tuple[str, str, int]] = []
        # Those that lead somewhere else already, as many as anybody would read.
        self.refused: list[str] = []

    def add_text(self, item: Item, key: str, subject: Post | Page) -> None:
        self._add(item_addresses(self.source.system, item, key), str(subject._meta.model_name), subject.pk)

    def add_file(self, item: Item, key: str, row: StoredMedia) -> None:
        """The file itself, and the page that WordPress gives to every file."""
        kind = "image" if isinstance(row, Image) else "media_file"
        self._add([item.file_url, *item_addresses(self.source.system, item, key)], kind, row.pk)

    def add_term(self, term: PlannedTerm, parents: Mapping[str, str], tag: Tag) -> None:
        self._add(term_addresses(self.source.system, term, parents), "tag", tag.pk)

    def add_author(self, planned: PlannedAuthor, author: Author) -> None:
        self._add(author_addresses(self.source.system, planned), "author", author.pk)

    def _add(self, addresses: Iterable[str], kind: str, pk: int) -> None:
        self._pending += [(address, kind, pk) for address in addresses if address]

    def flush(self) -> None:
        if self._pending:
            refused = OldAddress.objects.remember(self._pending, source=self.key, home=self.source.home)
            known = {"", "/", *self.refused}
            paths = (old_path_key(address, home=self.source.home) for address in refused)
            self.refused += [path for path in dict.fromkeys(paths) if path not in known]
            del self.refused[MAX_REFUSED:]
        self.discard()

    def discard(self) -> None:
        self._pending.clear()


def address_source(source: Source) -> str:
    """The name under which the addresses of an old blog are remembered and forgotten."""
    return f"{source.system} {source.home}"
