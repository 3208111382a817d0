"""Reads what Blogger exports: the Atom file of its settings page, and the one of Google Takeout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from registan.transfer.elsewhere.foreign_files import find_documents
from registan.transfer.elsewhere.foreign_reader import (
    ForeignReader,
    ForeignRecord,
    build_channel,
    build_comment,
    build_exported_author,
    build_item,
)
from registan.transfer.elsewhere.foreign_times import read_moment
from registan.transfer.elsewhere.thread_shelf import ThreadShelf
from registan.transfer.elsewhere.xml_elements import ElementStream, ForeignElement
from registan.transfer.records.export_records import DetachedThread, Item, ItemComment, TermReference
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from registan.transfer.wordpress.reader.export_files import ExportPart

PREFIXES = {
    "purl.org/syndication/thread": "thr",
    "schemas.google.com/blogger": "blogger",
    "/app": "app",
    "atom/app": "app",
}
_KIND_SCHEME = "#kind"
# `tag:blogger.com,1999:blog-1.post-2`, and the address of a comment, which ends in its number.
_LAST_NUMBER = re.compile(r"(\d{1,19})/?$", re.ASCII)
_JUMP_BREAK = re.compile(r"""<a\s+name\s*=\s*["']more["']\s*(?:/>|>\s*</a>)""", re.IGNORECASE)
_REMOVED = re.compile(r"""<span\s+class=["']deleted-comment["']""", re.IGNORECASE)
_POST_STATUSES = {"LIVE": "publish", "DRAFT": "draft", "SCHEDULED": "future"}
_COMMENT_STATUSES = {"LIVE": "1", "PENDING": "0", "SPAM": "spam", "EMPTIED": "trash"}
# Blogger's own address, in place of that of whoever did not give theirs.
_NO_ADDRESS = "noreply@blogger.com"


class BloggerReader(ForeignReader):
    """Reads the file twice: comments may come before what they stand under."""

    system = "blogger"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self.parts = find_documents(paths, ".atom", ".xml")
        self._shelf = ThreadShelf()
        self._addresses: dict[int, str] = {}
        self._authors: dict[str, ForeignElement] = {}
        self._items: set[int] = set()
        self._title = self._description = ""

    def __iter__(self) -> Iterator[ForeignRecord]:
        for part in self.parts:
            self._read_comments(part)
        yield build_channel(title=self._title, home=self.home, description=self._description)
        for name, element in self._authors.items():
            email = element.text_of("email")
            uri = element.text_of("uri")
            yield build_exported_author(
                name, number=stable_id(uri or name), email="" if email == _NO_ADDRESS else email, name=name
            )
        for part in self.parts:
            yield from self._read_items(part)
        yield from self._detached_threads()

    def _read_comments(self, part: ExportPart) -> None:
        for element in ElementStream(part, "feed", "Blogger", PREFIXES, self.repairs):
            if element.name == "title":
                self._title = self._title or element.text.strip()
            elif element.name == "subtitle":
                self._description = self._description or element.text.strip()
            elif element.name == "link" and element.attributes.get("rel") == "alternate":
                self.home = self.home or element.attributes.get("href", "").rstrip("/")
            elif element.name == "entry":
                self._read_entry(element)

    def _read_entry(self, entry: ForeignElement) -> None:
        kind = _kind(entry)
        if kind in ("post", "page"):
            if (author := entry.child("author")) is not None and (name := author.text_of("name")):
                self._authors.setdefault(name, author)
        elif kind == "comment":
            self._read_comment(entry)
        else:
            self.note_unread(f"entries of the kind {kind[:40]}")

    def _read_comment(self, entry: ForeignElement) -> None:
        reply = entry.child("thr:in-reply-to")
        subject = _entry_id(entry.text_of("blogger:parent") or (reply.attributes.get("ref", "") if reply else ""))
        if reply is not None and subject not in self._addresses:
            self._addresses[subject] = reply.attributes.get("href", "")
        self._shelf.add(subject, self._build_comment(entry))

    def _build_comment(self, entry: ForeignElement) -> ItemComment:
        number = _entry_id(entry.text_of("id"))
        related = next((link for link in entry.all("link") if link.attributes.get("rel") == "related"), None)
        parent = entry.text_of("blogger:inReplyTo") or (related.attributes.get("href", "") if related else "")
        content = entry.text_of("content")
        approved = _COMMENT_STATUSES.get(entry.text_of("blogger:status") or "LIVE", "0")
        is_removed = approved == "trash" or _REMOVED.search(content)
        email = entry.text_of("author", "email")
        return build_comment(
            id=number,
            parent_id=_entry_id(parent),
            name=entry.text_of("author", "name"),
            email="" if email == _NO_ADDRESS else email,
            url=entry.text_of("author", "uri"),
            content="" if is_removed else content,
            approved="trash" if is_removed or entry.text_of("blogger:trashed") else approved,
            moment=self.moment(lambda: read_moment(entry.text_of("published"))),
            anchor=f"c{number}",
        )

    def _read_items(self, part: ExportPart) -> Iterator[Item]:
        number = 0
        for element in ElementStream(part, "feed", "Blogger", PREFIXES, Counter()):  # repairs were counted before
            if element.name == "entry" and (kind := _kind(element)) in ("post", "page"):
                number += 1
                yield self._build_item(element, kind, part.name, number)

    def _build_item(self, entry: ForeignElement, kind: str, part: str, number: int) -> Item:
        item_id = _entry_id(entry.text_of("id"))
        self._items.add(item_id)
        links = [link for link in entry.all("link") if link.attributes.get("rel") == "alternate"]
        filename = entry.text_of("blogger:filename")
        link = links[0].attributes.get("href", "") if links else self.address(filename) if filename else ""
        labels = [
            category.attributes.get("term", "")
            for category in entry.all("category")
            if not category.attributes.get("scheme", "").endswith(_KIND_SCHEME)
        ]
        return build_item(
            part=part,
            number=number,
            id=item_id,
            post_type=kind,
            post_status=_post_status(entry),
            title=entry.text_of("title"),
            link=link,
            guid=entry.text_of("id"),
            creator=entry.text_of("author", "name"),
            content=_JUMP_BREAK.sub("<!--more-->", entry.text_of("content")),
            slug=urlsplit(link).path.rpartition("/")[2].removesuffix(".html"),
            moment=self.moment(lambda: read_moment(entry.text_of("published"))),
            modified=self.moment(lambda: read_moment(entry.text_of("updated"))),
            terms=tuple(TermReference("post_tag", "", label) for label in labels if label),
            comments=self._shelf.comments_of(item_id),
            content_format=ContentFormat.HTML,
        )

    def _detached_threads(self) -> Iterator[DetachedThread]:
        """Comments under posts that are not in the file, by the addresses that they name."""
        lost = [subject for subject in self._shelf.subjects() if subject not in self._items]
        for number, subject in enumerate(lost, 1):
            comments = self._shelf.comments_of(subject)
            if not self._addresses.get(subject):
                self.unread["comments of posts that are not in the file"] += len(comments)
                continue
            yield DetachedThread(
                part=self.parts[0].name,
                number=number,
                id=subject,
                address=self._addresses[subject],
                title="",
                comment_status="open",
                comments=comments,
                content_format=ContentFormat.HTML,
            )


def _kind(entry: ForeignElement) -> str:
    """`post`, `page`, `comment`, or what else an entry is: `settings`, `template`."""
    if kind := entry.text_of("blogger:type"):
        return kind.lower()
    kinds = (each for each in entry.all("category") if each.attributes.get("scheme", "").endswith(_KIND_SCHEME))
    return next((each.attributes.get("term", "").rpartition("#")[2] for each in kinds), "unknown")


def _post_status(entry: ForeignElement) -> str:
    """In WordPress's words; an unknown one is not public."""
    if entry.text_of("blogger:trashed"):
        return "trash"
    if status := entry.text_of("blogger:status"):
        return _POST_STATUSES.get(status, "trash" if "TRASH" in status else status.lower())
    return "draft" if entry.text_of("app:control", "app:draft") == "yes" else "publish"


def _entry_id(text: str) -> int:
    match = _LAST_NUMBER.search(text.strip())
    return stable_id(match[1] if match else text)
