"""Counts comments: kinds, statuses, writers, and where threads are torn."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator

from registan.transfer.records.export_records import Item, ItemComment
from registan.transfer.records.export_statuses import COMMENT_STATUSES, CommentKind
from registan.transfer.wordpress.inventory.bounded_counts import Rows, add_count, ranked
from registan.transfer.wordpress.inventory.date_tally import DateTally
from registan.transfer.wordpress.inventory.parent_table import ParentTable

# In the order of the report.
SECTIONS = (
    "Comments by kind",
    "Comments by the kind of their item",
    *(f"Status of {kind}s" for kind in CommentKind),
    "Comments set aside, by type",
    "Unknown statuses of comments, which will wait for a moderator",
)


class CommentTally:
    """All comments of all files; threads are known by the number of their item."""

    def __init__(self, dates: DateTally) -> None:
        self.dates, self.table = dates, ParentTable()
        self._threads = 0
        self._counts: dict[str, Counter[str]] = {section: Counter() for section in SECTIONS}
        self._users: Counter[int] = Counter()
        self._longest = self._before_post = 0

    def add_thread(self, item: Item, *, part: int) -> None:
        if not len(item.comments):
            return
        self._threads += 1
        self._longest = max(self._longest, len(item.comments))
        self._count("Comments by the kind of their item", item.kind, len(item.comments))
        posted = _seconds(item.gmt)
        for comment in item.comments:
            written = _seconds(comment.gmt)
            self.table.add(comment.id, comment.parent_id, part=part, thread=self._threads, time=written)
            self._before_post += 0 <= written < posted
            self.dates.add(comment.local, comment.gmt)
            self._add(comment)

    def _count(self, section: str, name: str, number: int = 1) -> None:
        add_count(self._counts[section], name, number)

    def _add(self, comment: ItemComment) -> None:
        self._count("Comments by kind", comment.kind)
        self._count(f"Status of {comment.kind}s", comment.status)
        if comment.kind == CommentKind.OTHER:
            self._count("Comments set aside, by type", comment.comment_type)
        if comment.approved not in COMMENT_STATUSES:
            self._count("Unknown statuses of comments, which will wait for a moderator", comment.approved or "(none)")
        if comment.user_id:
            self._users[comment.user_id] += 1

    def sections(self, *, author_ids: set[int]) -> Iterator[tuple[str, Rows]]:
        totals: Rows = {"comments": len(self.table.ids), "items with comments": self._threads}
        totals["in the longest conversation"] = self._longest
        yield "Comments", totals
        for section, counts in self._counts.items():
            yield section, ranked(counts)
        yield "Threads and ids of comments", ranked(self._count_faults(author_ids))

    def _count_faults(self, author_ids: set[int]) -> Counter[str]:
        found = self.table.find()
        return Counter(
            {
                "replies": sum(1 for parent in self.table.parents if parent),
                "replies to nothing (deleted, spam, or in a file that is not here)": len(found.missing),
                "replies to a comment under another item": found.in_other_thread,
                "replies to a comment in another file": found.in_other_part,
                "circles of replies": found.cycles,
                "replies older than what they answer": found.before_parent,
                "comments older than their post": self._before_post,
                "ids that another comment has too": len(found.repeated),
                "comments without an id": self.table.ids.count(0),
                "by accounts that no file declares": sum(
                    count for user, count in self._users.items() if user not in author_ids
                ),
            }
        )


def _seconds(gmt: datetime.datetime | None) -> int:
    """Seconds of Unix time; -1 for an unknown time, and for the years before."""
    return max(-1, int(gmt.replace(tzinfo=datetime.UTC).timestamp())) if gmt else -1
