"""A reader's own comments: verified or claimed ones, and those that only carry their address."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from blog.models import Clock, Conversation
from comments.models.comment import Comment
from comments.models.comment_queryset import CommentQuerySet
from comments.models.reader import Reader
from comments.status import Status

# Comments claimed in one transaction: a tenth of a second in which, on SQLite, nobody else writes.
CLAIM_BATCH = 500
# 64 random bits: nobody finds a page by trying.
PUBLIC_ID_BYTES = 8


def comments_by(reader: Reader) -> CommentQuerySet:
    """The comments known to be by the reader, without erased ones; those of staff belong to their accounts."""
    return Comment.objects.filter(reader=reader, user=None, is_verified=True).exclude(name="")


def status_for_author(comment: Comment) -> str:
    """The status as the writer of a comment sees it: spammers learn nothing from us."""
    if comment.is_erased:
        return "erased"
    return Status.PENDING if comment.status == Status.SPAM else comment.status


def unclaimed_comments(reader: Reader) -> CommentQuerySet:
    """The comments with the reader's address that anyone may have typed: in another browser, or before verification."""
    return Comment.objects.filter(reader=reader, user=None, is_verified=False).exclude(name="")


def claim_for_reader(reader: Reader, *, only: int | None = None) -> int:
    """Mark these comments, or `only` one, as the reader's; returns how many. Moderators see when it was."""
    rows = unclaimed_comments(reader) if only is None else unclaimed_comments(reader).filter(pk=only)
    claimed = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CLAIM_BATCH]):
        claimed += mark_as_verified(ids)
    return claimed


@transaction.atomic
def mark_as_verified(ids: Collection[int]) -> int:
    """Show that these comments are verified; returns how many."""
    rows = Comment.objects.filter(pk__in=ids)
    touch_conversations(rows.filter(shown=True))
    return rows.update(is_verified=True, claimed_at=timezone.now())


@transaction.atomic
def open_public_page(reader: Reader) -> None:
    """Give the reader a public page of what they are known to have written, at an address that nobody can guess.

    Their name leads there wherever they wrote.
    """
    set_public_id(reader, reader.public_id or secrets.token_urlsafe(PUBLIC_ID_BYTES))


@transaction.atomic
def close_public_page(reader: Reader) -> None:
    """Take the page away, for good: another one has another address."""
    set_public_id(reader, None)


def set_public_id(reader: Reader, public_id: str | None) -> None:
    if reader.public_id == public_id:
        return
    reader.public_id = public_id
    reader.save(update_fields=["public_id"])
    touch_conversations(comments_by(reader).filter(shown=True))
    Clock.move_comments()


def touch_conversations(shown: CommentQuerySet) -> None:
    """Count a change of the conversations in which these comments are shown."""
    threads = list(shown.order_by().values_list("conversation", flat=True).distinct())
    if threads:
        Conversation.objects.lock(threads)
        Conversation.objects.filter(pk__in=threads).update(clock=F("clock") + 1)
        Clock.move_comments()
