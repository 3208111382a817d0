"""Reads what Disqus exports: threads by the addresses of their pages, and the comments of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from registan.transfer.elsewhere.foreign_reader import ForeignReader, ForeignRecord, build_channel, build_comment
from registan.transfer.elsewhere.foreign_times import read_moment
from registan.transfer.elsewhere.thread_shelf import ThreadShelf
from registan.transfer.elsewhere.xml_elements import ElementStream, ForeignElement
from registan.transfer.records.export_records import DetachedThread, ItemComment
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from registan.transfer.wordpress.reader.export_files import ExportPart, find_parts

PREFIXES = {"disqus-internals": "dsq"}
# Links lead through a counter of Disqus's, with a hash after the address.
_COUNTED_LINK = re.compile(r"""(href=")(https?://disq\.us/(?:url|\?)[^"]*)(")""", re.IGNORECASE)
# People are mentioned by their names at Disqus.
_MENTION = re.compile(r"(@[\w.-]{1,60}):disqus\b")


class _Thread(NamedTuple):
    address: str
    title: str
    is_closed: bool
    is_deleted: bool


class DisqusReader(ForeignReader):
    """Comments before threads is an order that no export has: threads are declared first."""

    system = "disqus"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self.parts = find_parts(paths)
        self._threads: dict[int, _Thread] = {}
        self._forum = ""
        self._shelf = ThreadShelf()

    def __iter__(self) -> Iterator[ForeignRecord]:
        for part in self.parts:
            self._read_part(part)
        yield build_channel(title=self._forum, home=self.home)
        for number, thread_id in enumerate(self._shelf.subjects(), 1):
            thread = self._threads.get(thread_id)
            if thread is None:
                self.unread["comments of threads that are not in the file"] += self._shelf.count_of(thread_id)
                continue
            yield DetachedThread(
                part=self.parts[0].name,
                number=number,
                id=thread_id,
                address=thread.address,
                title=thread.title,
                comment_status="closed" if thread.is_closed or thread.is_deleted else "open",
                comments=self._shelf.comments_of(thread_id),
                content_format=ContentFormat.HTML,
            )

    def _read_part(self, part: ExportPart) -> None:
        for element in ElementStream(part, "disqus", "Disqus", PREFIXES, self.repairs):
            if element.name == "thread":
                self._read_thread(element)
            elif element.name == "post":
                thread_id = stable_id(element.attribute_of("thread", "dsq:id"))
                self._shelf.add(thread_id, self._read_comment(element, self._threads.get(thread_id)))
            elif element.name != "category":
                self.note_unread(element.name)

    def _read_thread(self, element: ForeignElement) -> None:
        self._forum = self._forum or element.text_of("forum")
        self._threads[stable_id(element.attributes.get("dsq:id", ""))] = _Thread(
            # Threads made by a script have none; what the site called the page may be its address.
            address=element.text_of("link") or element.text_of("id"),
            title=" ".join(unescape(element.text_of("title")).split()),
            is_closed=_is_true(element, "isClosed"),
            is_deleted=_is_true(element, "isDeleted"),
        )

    def _read_comment(self, element: ForeignElement, thread: _Thread | None) -> ItemComment:
        # A few have no number; whoever wrote what and when is as good as one.
        facts = [element.text_of(name) for name in ("createdAt", "message")] + [element.text_of("author", "name")]
        return build_comment(
            id=stable_id(element.attributes.get("dsq:id", "") or "\n".join(facts)),
            parent_id=stable_id(element.attribute_of("parent", "dsq:id")),
            name=element.text_of("author", "name") or element.text_of("author", "username"),
            email=element.text_of("author", "email"),
            content=_tidy_message(element.text_of("message")),
            approved=_status(element, is_thread_deleted=thread is not None and thread.is_deleted),
            moment=self.moment(lambda: read_moment(element.text_of("createdAt"), is_gmt=True)),
        )


def _is_true(element: ForeignElement, name: str) -> bool:
    return element.text_of(name).lower() == "true"


def _status(element: ForeignElement, *, is_thread_deleted: bool) -> str:
    """In WordPress's words. Nothing under a deleted thread was seen by anybody."""
    if _is_true(element, "isSpam"):
        return "spam"
    if _is_true(element, "isDeleted") or is_thread_deleted:
        return "trash"
    return "0" if element.text_of("isApproved").lower() == "false" else "1"


def _tidy_message(html: str) -> str:
    return _MENTION.sub(r"\1", _COUNTED_LINK.sub(_replace_counted_link, html))


def _replace_counted_link(link: re.Match[str]) -> str:
    """The link with the address to which Disqus's counter leads."""
    try:
        target = parse_qs(urlsplit(unescape(link[2])).query).get("url", [""])[0]
    except ValueError:
        return link[0]
    address, colon, _hash = target.rpartition(":")
    address = address if colon and "/" not in _hash else target
    is_web = address.startswith(("http://", "https://"))
    return f"{link[1]}{address.replace('&', '&amp;').replace('"', '&quot;')}{link[3]}" if is_web else link[0]
