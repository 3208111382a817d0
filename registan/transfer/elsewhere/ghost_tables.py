"""The small tables of Ghost's export, which say what belongs to a post; and comments, which may be many."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from registan.transfer.elsewhere.foreign_reader import ForeignReader, build_comment
from registan.transfer.elsewhere.foreign_times import NEVER, Moment, read_epoch, read_moment
from registan.transfer.elsewhere.json_lines import JsonObject, read_json_tables
from registan.transfer.elsewhere.thread_shelf import ThreadShelf
from registan.transfer.records.stable_ids import stable_id
from registan.transfer.wordpress.reader.export_files import ExportPart

_NAMES = "settings users tags posts_tags posts_authors posts_meta members members_newsletters suppressions comments"
# What is read of a table that may be long.
_EXTRAS = ("meta_title", "meta_description", "feature_image_alt", "feature_image_caption")
_SETTINGS = {"title", "description", "locale", "lang"}
# `hidden` is what a moderator took away, `deleted` what its writer did.
_COMMENT_STATUSES = {"published": "1", "hidden": "trash", "deleted": "trash"}


class _Member(NamedTuple):
    name: str
    email: str
    since: datetime.datetime | None
    is_subscribed: bool


class GhostTables:
    """Tables by the ids of their rows; `members` and `comments` are there if the owner asked Ghost for them."""

    def __init__(self, reader: ForeignReader) -> None:
        self.shelf = ThreadShelf()
        self.settings: dict[str, str] = {}
        self.authors: dict[str, JsonObject] = {}
        self.tags: dict[str, JsonObject] = {}
        self.extras: dict[str, JsonObject] = {}
        self.members: dict[str, _Member] = {}
        self.readers: set[str] = set()
        self.tags_of_post: dict[str, list[str]] = defaultdict(list)
        self.authors_of_post: dict[str, list[str]] = defaultdict(list)
        self._reader = reader
        self._suppressed: set[str] = set()

    def read(self, part: ExportPart) -> bool:
        """Read all tables but that of the posts; False if there is none."""
        found = False
        # Comments name their writers by number, and may come before them.
        for table, record in read_json_tables(part, _NAMES.split()):
            found = True
            if table == "comments":
                continue
            if rule := getattr(self, f"_read_{table}", None):
                rule(record)
        self._drop_suppressed()
        for _table, record in read_json_tables(part, ("comments",)):
            self._read_comment(record)
        self._sort_relations()
        return found

    def public_tags(self) -> Iterator[JsonObject]:
        return iter(self.tags.values())

    def creator_of(self, post: JsonObject) -> str:
        """The login of the first author; old exports name them in the post."""
        ids = [*self.authors_of_post.get(text_in(post, "id"), []), text_in(post, "author_id"), text_in(post, "author")]
        return next((text_in(self.authors[each], "slug") for each in ids if each in self.authors), "")

    def _read_settings(self, record: JsonObject) -> None:
        if text_in(record, "key") in _SETTINGS:
            self.settings[text_in(record, "key")] = text_in(record, "value")

    def _read_users(self, record: JsonObject) -> None:
        self.authors[text_in(record, "id")] = {key: record.get(key) for key in ("id", "slug", "name", "email", "bio")}

    def _read_tags(self, record: JsonObject) -> None:
        """Tags whose names begin with # are notes of the theme, and never shown."""
        if text_in(record, "name").startswith("#") or text_in(record, "visibility") == "internal":
            self._reader.note_unread("internal tags")
        else:
            kept = ("id", "slug", "name", "description")
            self.tags[text_in(record, "id")] = {key: record.get(key) for key in kept}

    def _read_posts_tags(self, record: JsonObject) -> None:
        self._relate(self.tags_of_post, record, "tag_id")

    def _read_posts_authors(self, record: JsonObject) -> None:
        self._relate(self.authors_of_post, record, "author_id")

    def _relate(self, relations: dict[str, list[str]], record: JsonObject, key: str) -> None:
        order = record.get("sort_order")
        place = order if isinstance(order, int) else 0
        relations[text_in(record, "post_id")].append(f"{place:09d} {text_in(record, key)}")

    def _sort_relations(self) -> None:
        for relations in (self.tags_of_post, self.authors_of_post):
            for post_id, ids in relations.items():
                relations[post_id] = [each.partition(" ")[2] for each in sorted(ids)]

    def _read_posts_meta(self, record: JsonObject) -> None:
        if extras := {key: record[key] for key in _EXTRAS if record.get(key)}:
            self.extras[text_in(record, "post_id")] = extras

    def _read_members(self, record: JsonObject) -> None:
        since = self._reader.moment(lambda: read_ghost_time(record.get("created_at")))
        is_subscribed = record.get("subscribed") in (1, True) and record.get("email_disabled") not in (1, True)
        member = _Member(text_in(record, "name"), text_in(record, "email"), since.gmt, is_subscribed)
        self.members[text_in(record, "id")] = member

    def _read_members_newsletters(self, record: JsonObject) -> None:
        self.readers.add(text_in(record, "member_id"))

    def _read_suppressions(self, record: JsonObject) -> None:
        self._suppressed.add(text_in(record, "email").lower())

    def _drop_suppressed(self) -> None:
        """Whoever complained of email, or does not get any, wishes for none."""
        for member_id, member in self.members.items():
            if member.email.lower() in self._suppressed:
                self.members[member_id] = member._replace(is_subscribed=False)
                self.readers.discard(member_id)

    def _read_comment(self, record: JsonObject) -> None:
        member = self.members.get(text_in(record, "member_id"))
        status = text_in(record, "status")
        comment = build_comment(
            id=stable_id(text_in(record, "id")),
            parent_id=stable_id(text_in(record, "in_reply_to_id") or text_in(record, "parent_id")),
            name=member.name if member else "",
            email=member.email if member else "",
            content="" if status == "deleted" else text_in(record, "html"),
            approved=_COMMENT_STATUSES.get(status, "0"),
            moment=self._reader.moment(lambda: read_ghost_time(record.get("created_at"))),
        )
        self.shelf.add(stable_id(text_in(record, "post_id")), comment)


def text_in(record: Any, key: str) -> str:
    """The text of a field, "" for null; a number as its digits."""
    value = record.get(key) if isinstance(record, dict) else None
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def read_ghost_time(value: Any) -> Moment:
    """Ghost has written times in three ways, all in GMT. Raises ValueError for what is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return read_epoch(value)
    return read_moment(value, is_gmt=True) if isinstance(value, str) else NEVER
