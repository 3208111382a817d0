"""Reads one document of an export as a stream of records, in constant memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from registan.transfer.records.export_records import Channel, ExportedAuthor, Item, Term
from registan.transfer.wordpress.reader.element_parser import ElementParser
from registan.transfer.wordpress.reader.export_files import ExportPart
from registan.transfer.wordpress.reader.markup_repair import MarkupRepairer
from registan.transfer.wordpress.reader.raw_element import RawElement
from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.repairs import Repairs
from registan.transfer.wordpress.reader.text_decoder import TextDecoder
from registan.transfer.wordpress.reader.wxr_decoding import decode_author, decode_channel, decode_item, decode_term

type Record = Channel | ExportedAuthor | Term | Item

# Versions that differ in nothing that is not read here: 1.3 and later may come, and will be 1.2 with more.
_KNOWN_VERSION = re.compile(r"1\.\d{1,2}")
_AUTHORS = ("wp:author", "wp:wp_author")
_TERMS = ("wp:category", "wp:tag", "wp:term")
_HEAD = {
    "title", "link", "description", "language", "pubDate", "generator",
    "wp:wxr_version", "wp:base_site_url", "wp:base_blog_url",
}  # fmt: skip
_ITEM = {
    "title", "link", "pubDate", "dc:creator", "guid", "description", "content:encoded", "excerpt:encoded", "category",
    "wp:post_id", "wp:post_date", "wp:post_date_gmt", "wp:post_modified", "wp:post_modified_gmt", "wp:comment_status",
    "wp:ping_status", "wp:post_name", "wp:status", "wp:post_parent", "wp:menu_order", "wp:post_type",
    "wp:post_password", "wp:is_sticky", "wp:attachment_url", "wp:postmeta",
}  # fmt: skip
# Kinds of elements that are named in the report; an export has a handful.
MAX_UNREAD_NAMES = 100


class ExportReader:
    """Iterate over it once: authors and terms as they come, the channel before the first item.

    What was `repairs`, and which elements were `unread` because nothing here knows them, is complete at the end.
    """

    def __init__(self, part: ExportPart) -> None:
        self.part = part
        self.repairs: Repairs = Counter()
        self.unread: Counter[str] = Counter()
        self._decoder = TextDecoder(part.name, self.repairs)
        self._repairer = MarkupRepairer(part.name, self.repairs)
        self._parser = ElementParser(part.name, self.repairs)
        self._head = RawElement("channel", {})
        self._items = 0

    def __iter__(self) -> Iterator[Record]:
        """Raises RefusedExport for a file that is no export, or not a whole one: sometimes only at its end."""
        for chunk in self.part.read_chunks():
            self._parser.feed(self._repairer.feed(self._decoder.feed(chunk)))
            yield from self._records()
        xml = self._repairer.feed(self._decoder.feed(b"", final=True), final=True)
        self._parser.feed(xml, final=True)
        yield from self._records()
        if not self._items:
            yield self._channel(has_types=False)

    def _records(self) -> Iterator[Record]:
        while self._parser.ready:
            element = self._parser.ready.popleft()
            if element.name == "item":
                yield from self._read_item(element)
            elif element.name in _AUTHORS:
                yield decode_author(element, self.repairs)
            elif element.name in _TERMS:
                yield decode_term(element, self.repairs)
            elif element.name in _HEAD:
                self._head.fields.setdefault(element.name, element)
            else:
                self._note_unread(element.name)

    def _read_item(self, element: RawElement) -> Iterator[Record]:
        if not self._items:
            yield self._channel(has_types="wp:post_type" in element.fields)
        self._items += 1
        for name in element.fields.keys() - _ITEM:
            self._note_unread(name)
        yield decode_item(element, part=self.part.name, number=self._items, repairs=self.repairs)

    def _note_unread(self, name: str) -> None:
        if name in self.unread or len(self.unread) < MAX_UNREAD_NAMES:
            self.unread[name] += 1

    def _channel(self, *, has_types: bool) -> Channel:
        """The channel, if it is an export's; the feed of a blog has neither version nor types of posts."""
        channel = decode_channel(self._head, self._repairer.generator)
        if not channel.wxr_version and not has_types:
            message = _("%(name)s is a feed of the latest posts. Give the file that Tools → Export downloads.")
            raise RefusedExport(message % {"name": self.part.name})
        if channel.wxr_version and not _KNOWN_VERSION.fullmatch(channel.wxr_version):
            message = _("%(name)s has version %(version)s of the format, and we read 1.0 to 1.2. Update Registan.")
            raise RefusedExport(message % {"name": self.part.name, "version": channel.wxr_version[:20]})
        return channel
