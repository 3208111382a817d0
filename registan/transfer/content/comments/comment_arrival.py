"""A comment on its way from an export into the ledger, and what it is called there."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from comments.status import Status
from registan.transfer.content.comments.comment_draft import KnownAuthors
from registan.transfer.content.comments.comment_reasons import SkipReason
from registan.transfer.content.comments.thread_plan import PlannedReply
from registan.transfer.models import Element
from registan.transfer.records.export_records import ItemComment
from registan.transfer.records.export_statuses import ContentFormat, ExportedCommentStatus
from registan.transfer.wordpress_text.contract import OldSite

KIND = Element.Kind.COMMENT
# What `object_kind` of an element says.
COMMENT_MODEL = "comment"
# Of comments that stay as they are, although the export says something else by now.
KEPT_REASONS = (SkipReason.CHANGED_HERE, SkipReason.PARTS_CHANGED, SkipReason.PLACE_KEPT)


@dataclass(frozen=True, slots=True)
class ThreadTarget:
    """Where the comments of an item go, and what is known about them all. `fallback`: for those without a time."""

    conversation: int
    before_trash: Mapping[int, ExportedCommentStatus]
    content_format: ContentFormat
    fallback: datetime.datetime
    site: OldSite
    authors: KnownAuthors
    # The highest id of a comment of the item.
    highest_id: int = 0
    # By the number of a comment in the item: under which comment here replies to it go.
    places: dict[int, int | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Arrival:
    """A comment on its way in: as planned, as the export has it, under which key, and as it will be stored."""

    target: ThreadTarget
    planned: PlannedReply
    comment: ItemComment
    key: str
    status: Status
    source_hash: str
    pks: list[int] = field(default_factory=list)


def part_key(key: str, part: int) -> str:
    """The key of a part of a long comment, from 1."""
    return f"{key}.{part}" if part > 1 else key


def remark_number(reason: str, detail: str, code: str) -> int:
    """The number that an element has with the remark of this code, 0 for none; see `join_remarks`."""
    found = re.match(r"\d+", detail) if reason == code else re.search(rf"^{code}: (\d+)$", detail, re.MULTILINE)
    return int(found[0].rpartition(" ")[2]) if found else 0
