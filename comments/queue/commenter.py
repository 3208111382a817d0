"""The commenter's record: what a moderator should know of somebody before he judges his words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count

from comments.models import Comment, Reader
from comments.status import Status

Standing = Reader.Standing


class CommenterRecord:
    """What became of a reader's comments, counted by their state."""

    def __init__(self, reader: Reader | None, counts: dict[str, int]) -> None:
        self.reader = reader
        self.approved, self.removed, self.spam = (
            counts.get(state, 0) for state in (Status.APPROVED, Status.REMOVED, Status.SPAM)
        )

    @property
    def is_new(self) -> bool:
        """Has nobody decided on anything of his yet?"""
        return not (self.approved or self.removed or self.spam)

    @property
    def is_trusted(self) -> bool:
        return self.reader is not None and self.reader.standing == Standing.TRUSTED

    @property
    def is_held(self) -> bool:
        return self.reader is not None and self.reader.standing == Standing.HELD


def attach_commenters(comments: Iterable[Comment]) -> None:
    """Give each comment its writer's `record`, in one query; and say whether it only bears a known reader's address,
    or somebody's name.

    The readers and findings must be there already. Somebody who gave no address has no record.
    """
    readers = {one.reader_id for one in comments if one.reader_id}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Comment.objects.filter(reader__in=readers).values_list("reader", "status").order_by()
    for reader, state, number in rows.annotate(number=Count("pk")):
        counts[reader][state] = number
    for one in comments:
        one.record = CommenterRecord(one.reader, counts[one.reader_id])
        known = one.reader is not None and one.reader.verified_at is not None
        one.has_borrowed_email = known and not one.is_verified and one.user_id is None
        one.borrowed_name_of = next((found.words for found in one.findings.all() if found.kind == "name"), "")
