"""The inventory of an export: one pass over all its files, then everything that can be said before moving."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Protocol
from zoneinfo import ZoneInfo

from registan.transfer.records.export_records import Channel, DetachedThread, ExportedAuthor, Item, Term
from registan.transfer.records.moments import ZoneClock
from registan.transfer.wordpress.inventory.author_tally import AuthorTally
from registan.transfer.wordpress.inventory.bounded_counts import Rows, ranked
from registan.transfer.wordpress.inventory.comment_tally import CommentTally
from registan.transfer.wordpress.inventory.date_tally import DateTally
from registan.transfer.wordpress.inventory.item_tally import ItemTally
from registan.transfer.wordpress.inventory.media_folder import MediaFolder
from registan.transfer.wordpress.inventory.term_tally import TermTally
from registan.transfer.wordpress.reader.export_files import ExportPart
from registan.transfer.wordpress.reader.export_reader import ExportReader
from registan.transfer.wordpress.reader.repairs import Repairs


class CountingReader[R](Protocol):
    """Reads records, and counts what it repaired and did not read."""

    repairs: Repairs
    unread: Counter[str]

    def __iter__(self) -> Iterator[R]: ...


class Inventory:
    """Read every part, then ask for `sections`. Ids are kept as numbers, names within limits: memory is bounded."""

    def __init__(
        self,
        *,
        now: datetime.datetime,
        zone: ZoneInfo | None = None,
        media: MediaFolder | None = None,
        author_map: Mapping[str, str] | None = None,
    ) -> None:
        self.dates = DateTally(zone)
        self.authors, self.terms, self.comments = AuthorTally(author_map), TermTally(), CommentTally(self.dates)
        self.items = ItemTally(media=media, clock=ZoneClock(zone) if zone else self.dates.clock, now=now)
        self.channels: list[Channel] = []
        self._files: Rows = {}
        self._repairs: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._part = -1
        self._home = ""

    def read(self, part: ExportPart) -> None:
        """Count what is in one file. Raises RefusedExport."""
        for _record in self.records_of(part.name, ExportReader(part)):
            pass

    def records_of[R](self, name: str, reader: CountingReader[R]) -> Iterator[R]:
        """What `reader` reads of a file, each record after it was counted. Raises RefusedExport, as the reader does."""
        self._part += 1
        items = 0
        for record in reader:
            self.add(record)
            items += isinstance(record, Item)
            yield record
        self._files[name] = items
        self._repairs.update(reader.repairs)
        self._unread.update(reader.unread)

    def add(self, record: object) -> None:
        match record:
            case Channel():
                self.channels.append(record)
                self._home = record.home
            case ExportedAuthor():
                self.authors.add_author(record)
            case Term():
                self.terms.add_term(record)
            case Item():
                self._add_item(record)
            case DetachedThread():
                self.comments.add_thread(record.item, part=self._part)

    def _add_item(self, item: Item) -> None:
        self.dates.add(item.local, item.gmt)
        self.authors.add_item(item)
        for term in item.terms:
            self.terms.add_reference(term)
        self.items.add(item, part=self._part, home=self._home)
        self.comments.add_thread(item, part=self._part)

    def sections(self) -> dict[str, Rows]:
        """Every section that has something to say, under its title."""
        sections = {
            "Blog": self._blog_rows(),
            "Items in each file": self._files,
            **dict(self.items.sections()),
            **dict(self.comments.sections(author_ids=self.authors.ids)),
            **dict(self.authors.sections()),
            **dict(self.terms.sections()),
            **dict(self.dates.sections()),
            "Repaired": ranked(self._repairs),
            "Elements that were not read": ranked(self._unread),
        }
        return {title: rows for title, rows in sections.items() if rows}

    def _blog_rows(self) -> Rows:
        """What the heads of the files say; more than one value where they belong to different blogs."""
        values = {
            "title": {channel.title for channel in self.channels},
            "home": {channel.home for channel in self.channels},
            "language": {channel.language for channel in self.channels},
            "version of the format": {channel.wxr_version or "(none)" for channel in self.channels},
            "written by": {channel.generator for channel in self.channels},
        }
        return {name: " | ".join(sorted(found - {""})) for name, found in values.items() if found - {""}}
