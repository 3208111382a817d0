"""Counts items: what they are, where they are, how they are written, and what would not fit."""

from __future__ import annotations

import datetime
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from registan.transfer.records.export_records import Item
from registan.transfer.records.export_statuses import ItemKind, ItemStatus
from registan.transfer.records.moments import LocalClock, find_moment
from registan.transfer.wordpress.inventory import markup_names
from registan.transfer.wordpress.inventory.bounded_counts import Rows, add_count, ranked
from registan.transfer.wordpress.inventory.media_folder import MediaFolder
from registan.transfer.wordpress.inventory.old_urls import split_url
from registan.transfer.wordpress.inventory.parent_table import ParentTable
from registan.transfer.wordpress.inventory.permalinks import guess_structure

# What becomes a text with an address of its own.
TEXT_KINDS = (ItemKind.POST, ItemKind.PAGE)
KINDS = list(ItemKind)
# In the order of the report.
SECTIONS = (
    "Items by kind",
    "Items set aside, by type",
    "Unknown statuses of items",
    *(f"Status of {kind}s" for kind in TEXT_KINDS),
    "Posts and pages",
    "Titles that other posts or pages have too",
    "Permalink structures of published posts",
    "Files of attachments",
    "Missing files",
    "Shortcodes, or words in square brackets",
    "Blocks",
    "Custom fields",
    "Hosts of the blog's own addresses",
    "Hosts of embedded files",
)


class ItemTally:
    """`now` (aware) decides which scheduled posts are due; `media` is None where the owner named no folder."""

    def __init__(self, *, media: MediaFolder | None, clock: LocalClock, now: datetime.datetime) -> None:
        self.media, self.clock, self.now = media, clock, now
        self.table = ParentTable()
        self._kinds, self._contents = array("b"), array("q")
        self._titles: set[int] = set()
        self._counts: dict[str, Counter[str]] = {section: Counter() for section in SECTIONS}

    def add(self, item: Item, *, part: int, home: str) -> None:
        self.table.add(item.id, item.parent_id, part=part)
        self._kinds.append(KINDS.index(item.kind))
        self._contents.append(hash(replace(item, part="", number=0, comments=())))
        self._count("Items by kind", item.kind)
        if item.kind == ItemKind.OTHER:
            self._count("Items set aside, by type", item.post_type or "(none)")
        if item.status == ItemStatus.UNKNOWN:
            self._count("Unknown statuses of items", item.post_status or "(none)")
        if item.kind in TEXT_KINDS:
            self._add_text(item)
        if item.kind == ItemKind.POST and item.status == ItemStatus.PUBLISHED:
            self._count("Permalink structures of published posts", guess_structure(item, home) or "(none)")
        if item.kind == ItemKind.ATTACHMENT:
            self._add_attachment(item)
        self._add_hosts(item)
        for meta in item.metas:
            self._count("Custom fields", meta.key)

    def _count(self, section: str, name: str) -> None:
        add_count(self._counts[section], name)

    def _add_text(self, item: Item) -> None:
        self._count(f"Status of {item.kind}s", item.status)
        for feature in self._features(item):
            self._count("Posts and pages", feature)
        for name in markup_names.shortcode_names(item.content):
            self._count("Shortcodes, or words in square brackets", name)
        for name in markup_names.block_names(item.content):
            self._count("Blocks", name)
        title = hash(item.title)
        if item.title and title in self._titles:
            self._count("Titles that other posts or pages have too", item.title)
        self._titles.add(title)

    def _features(self, item: Item) -> Iterator[str]:
        features = {
            "with a password": item.password,
            "sticky": item.is_sticky,
            "without a title": not item.title,
            "without text": not item.content.strip(),
            "with an excerpt": item.excerpt.strip(),
            "with a cover": item.meta("_thumbnail_id"),
            "with <!--more-->": "<!--more" in item.content,
            "cut into pages by <!--nextpage-->": "<!--nextpage-->" in item.content,
            "written in blocks": "<!-- wp:" in item.content,
            "open for comments": item.comment_status == "open",
            "scheduled, and due already": item.status == ItemStatus.SCHEDULED and self._is_due(item),
        }
        return (name for name, applies in features.items() if applies)

    def _is_due(self, item: Item) -> bool:
        moment = find_moment(item.local, item.gmt, self.clock)
        return moment is not None and moment <= self.now

    def _add_attachment(self, item: Item) -> None:
        if not self.media:
            return
        if self.media.find(item):
            self._count("Files of attachments", "found")
        else:
            self._count("Files of attachments", "missing")
            self._count("Missing files", item.file_url)

    def _add_hosts(self, item: Item) -> None:
        for address in {item.link, item.guid, item.attachment_url}:
            if host := split_url(address).hostname:
                self._count("Hosts of the blog's own addresses", host)
        for host in markup_names.embedded_hosts(item.content):
            self._count("Hosts of embedded files", host)

    def sections(self) -> Iterator[tuple[str, Rows]]:
        found = self.table.find()
        for section, counts in self._counts.items():
            yield section, ranked(counts)
        again = sum(
            self._contents[row] == self._contents[found.first_of[self.table.ids[row]]] for row in found.repeated
        )
        missing = Counter(f"{KINDS[self._kinds[row]]}s whose parent is nowhere" for row in found.missing)
        yield (
            "Ids of items",
            ranked(
                Counter(
                    {
                        "items whose id another item has too": len(found.repeated) - again,
                        "items that occur again, word for word": again,
                        "items without an id": self.table.ids.count(0),
                        "items whose parent is in another file": found.in_other_part,
                        "circles of parents": found.cycles,
                    }
                )
                + missing
            ),
        )
