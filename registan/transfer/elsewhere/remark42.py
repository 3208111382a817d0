"""Reads the backup of Remark42: a line about the site, and a line for each comment, often packed with gzip."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from registan.transfer.elsewhere.foreign_reader import ForeignReader, ForeignRecord, build_channel, build_comment
from registan.transfer.elsewhere.foreign_refusals import foreign_export
from registan.transfer.elsewhere.foreign_times import read_moment
from registan.transfer.elsewhere.json_lines import JsonObject, read_json_lines
from registan.transfer.elsewhere.thread_shelf import ThreadShelf
from registan.transfer.records.export_records import DetachedThread, ItemComment
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from registan.transfer.wordpress.reader.export_files import ExportPart, find_plain_parts

# Of the format; the first one had no number.
_VERSIONS = (0, 1)


class Remark42Reader(ForeignReader):
    """The text of a comment is the HTML that readers saw: what its writer typed is not in every backup."""

    system = "remark42"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self.parts = find_plain_parts(paths)
        self._site = ""
        self._shelf = ThreadShelf()
        # The address and the title of each thread.
        self._pages: dict[int, tuple[str, str]] = {}
        self._closed: set[str] = set()

    def __iter__(self) -> Iterator[ForeignRecord]:
        for part in self.parts:
            self._read_part(part)
        yield build_channel(title=self._site, home=self.home)
        for number, thread_id in enumerate(self._shelf.subjects(), 1):
            address, title = self._pages[thread_id]
            yield DetachedThread(
                part=self.parts[0].name,
                number=number,
                id=thread_id,
                address=address,
                title=title,
                comment_status="closed" if address in self._closed else "open",
                comments=self._shelf.comments_of(thread_id),
                content_format=ContentFormat.HTML,
            )

    def _read_part(self, part: ExportPart) -> None:
        for number, line in enumerate(read_json_lines(part)):
            if number == 0:
                self._read_head(part, line)
            else:
                self._read_line(line)

    def _read_head(self, part: ExportPart, head: JsonObject) -> None:
        if head.get("version") not in _VERSIONS or not {"users", "posts"} & head.keys():
            raise foreign_export(part.name, "Remark42")
        for post in head.get("posts") or ():
            if isinstance(post, dict) and post.get("read_only") is True:
                self._closed.add(_string(post, "url"))

    def _read_line(self, line: JsonObject) -> None:
        locator = line.get("locator")
        address = _string(locator, "url") if isinstance(locator, dict) else ""
        if not address or not _string(line, "id"):
            self.note_unread("comments without a page")
            return
        self._site = self._site or _string(locator, "site")
        thread_id = stable_id(f"thread {address}")
        _address, title = self._pages.get(thread_id, ("", ""))
        self._pages[thread_id] = (address, title or " ".join(unescape(_string(line, "title")).split()))
        self._shelf.add(thread_id, self._read_comment(line))

    def _read_comment(self, line: JsonObject) -> ItemComment:
        is_deleted = line.get("delete") is True
        return build_comment(
            id=stable_id(_string(line, "id")),
            parent_id=stable_id(_string(line, "pid")),
            name=unescape(_string(line.get("user"), "name")),
            content="" if is_deleted else _string(line, "text") or _string(line, "orig"),
            approved="trash" if is_deleted else "1",
            moment=self.moment(lambda: read_moment(_string(line, "time"))),
            anchor=f"remark42__comment-{_string(line, 'id')}",
        )


def _string(record: Any, key: str) -> str:
    value = record.get(key) if isinstance(record, dict) else None
    return value.strip() if isinstance(value, str) else ""
