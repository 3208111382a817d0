"""A reader's own comments: those that came with his pass or that he claimed, and those that only bear his address."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from blog.models import Clock, Conversation
from blog.text.lookalikes import name_key
from comments.models.comment import Comment
from comments.models.comment_queryset import CommentQuerySet
from comments.models.reader import Reader
from comments.status import Status

# Comments claimed in one transaction: a tenth of a second in which, on SQLite, nobody else writes.
CLAIM_BATCH = 500


def comments_by(reader: Reader) -> CommentQuerySet:
    """Known to be his. What he said signed in belongs to his account, and what was erased to nobody."""
    return Comment.objects.filter(reader=reader, user=None, is_verified=True).exclude(name="")


def status_for_author(comment: Comment) -> str:
    """How it stands, as far as its writer is told: whoever sends spam learns nothing from us."""
    if not comment.name:  # what was erased has none, whatever became of it before
        return "erased"
    return Status.PENDING if comment.status == Status.SPAM else comment.status


def unclaimed_comments(reader: Reader) -> CommentQuerySet:
    """Written with his address, by him or by whoever typed it: before he proved it, elsewhere, in an archive."""
    return Comment.objects.filter(reader=reader, user=None, is_verified=False).exclude(name="")


def claim_for_reader(reader: Reader, *, only: int | None = None) -> int:
    """Mark these comments, or one, as his; how many were. No state changes, and moderators see when it was."""
    rows = unclaimed_comments(reader) if only is None else unclaimed_comments(reader).filter(pk=only)
    claimed = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CLAIM_BATCH]):
        claimed += mark_as_verified(ids)
    return claimed


@transaction.atomic
def mark_as_verified(ids: Iterable[int]) -> int:
    """Mark as proven; whoever reads them sees the mark at once."""
    rows = Comment.objects.filter(pk__in=ids)
    touch_conversations(rows.filter(shown=True))
    for name in set(rows.values_list("name", flat=True)):  # from before there were keys of names, it may have none
        rows.filter(name=name).update(name_key=name_key(name))
    return rows.update(is_verified=True, claimed_at=timezone.now())


def touch_conversations(shown: CommentQuerySet) -> None:
    """What these comments look like has changed. All threads are locked before any comment."""
    posts = list(shown.order_by().values_list("post", flat=True).distinct())
    if posts:
        Conversation.objects.lock(posts)
        Conversation.objects.filter(pk__in=posts).update(clock=F("clock") + 1)
        Clock.move_comments()
