"""What a moderator should know about a commenter before deciding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from comments.models import Comment, Reader
from comments.status import Status

Standing = Reader.Standing


@dataclass(frozen=True)
class CommenterRecord:
    """How many comments of a reader have each status."""

    reader: Reader | None = None
    approved: int = 0
    removed: int = 0
    spam: int = 0

    @property
    def is_new(self) -> bool:
        """Has nobody decided on a comment of theirs yet?"""
        return not (self.approved or self.removed or self.spam)

    @property
    def is_trusted(self) -> bool:
        return self.reader is not None and self.reader.standing == Standing.TRUSTED

    @property
    def is_held(self) -> bool:
        return self.reader is not None and self.reader.standing == Standing.HELD


def load_commenter_records(readers: Iterable[Reader]) -> dict[int, CommenterRecord]:
    """The record of each of these readers, by number: one query."""
    by_number = {reader.pk: reader for reader in readers}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Comment.objects.filter(reader__in=by_number).values_list("reader", "status").order_by()
    for pk, status, number in rows.annotate(number=Count("pk")):
        counts[pk or 0][status] = number
    return {
        pk: CommenterRecord(
            reader,
            approved=counts[pk].get(Status.APPROVED, 0),
            removed=counts[pk].get(Status.REMOVED, 0),
            spam=counts[pk].get(Status.SPAM, 0),
        )
        for pk, reader in by_number.items()
    }
