"""Edits and withdrawals by the writer: for a short while, and until somebody has replied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog.models import Conversation
from blog.models.clock import now_to_the_second
from comments.lifecycle.decide import decide_one
from comments.lifecycle.ownership import comments_by
from comments.lifecycle.submit import store_findings
from comments.models.comment import Comment
from comments.models.comment_queryset import CommentQuerySet
from comments.models.comment_sign import CommentSign
from comments.models.decision import Decision
from comments.models.quotation import Quotation
from comments.models.reader import Reader
from comments.screening.checks import Verdict
from comments.status import WAITING_STATUSES, WITHDRAWABLE_STATUSES, Status, Via

# The limits of edits. With longer ones, replies would refer to text that nobody can read any more.
EDIT_WINDOW = timedelta(minutes=15)
# Changes of one comment: whoever needs more is at play, and each is kept for moderators.
MAX_EDITS = 10

EDITED_COLUMNS = (
    *("body", "html", "words_key", "version", "edited_at", "edit_note", "edited_by_writer", "quote_count"),
)


class EditObstacle(StrEnum):
    """Why a comment cannot be changed by its writer any more."""

    TIME = "time"
    ANSWERED = "answered"
    DECIDED = "decided"
    OFTEN = "often"
    CHANGED = "changed"


class EditRefused(Exception):
    """It cannot be changed; `obstacle` says why."""

    def __init__(self, obstacle: EditObstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


def editable_until(comment: Comment) -> datetime:
    """The moment at which it stands as it is."""
    return comment.created_at + EDIT_WINDOW


def edit_obstacle(comment: Comment) -> EditObstacle | None:
    """Why its writer cannot edit or withdraw it now; None when they can."""
    if why := row_obstacle(comment):
        return why
    # Only what readers see: that somebody's answer waits is nobody's to know.
    return EditObstacle.ANSWERED if comment.replies.filter(shown=True).exists() else None


def row_obstacle(comment: Comment) -> EditObstacle | None:
    """The same, as far as its own row says."""
    if comment.status not in WITHDRAWABLE_STATUSES:
        return EditObstacle.DECIDED
    if comment.edited_at and not comment.edited_by_writer:
        return EditObstacle.DECIDED  # a moderator has changed its words: the writer cannot put those back
    return EditObstacle.TIME if timezone.now() >= editable_until(comment) else None


def withdrawal_obstacle(comment: Comment) -> EditObstacle | None:
    """As `obstacle`, but a waiting comment can be withdrawn for as long as it waits."""
    return None if comment.status in WAITING_STATUSES else edit_obstacle(comment)


def editable_comments(reader: Reader, ids: Sequence[int]) -> CommentQuerySet:
    """Of the comments with these numbers, the reader's own that are young enough; one query for a page of a thread."""
    young = comments_by(reader).filter(pk__in=ids, created_at__gt=timezone.now() - EDIT_WINDOW)
    return young.only("status", "edited_at", "edited_by_writer", "created_at")


@transaction.atomic
def edit_own(comment: Comment, body: str, *, version: int, verdict: Verdict) -> None:
    """Replace the text that the writer saw (`version`); raises EditRefused when they may no longer edit it.

    What was published goes back into the queue when something speaks against the new words; what waits goes on
    waiting, or is spam. Changing never publishes.
    """
    lock_comment(comment)
    if why := edit_obstacle(comment):
        raise EditRefused(why)
    if body == comment.body:  # sent twice
        return
    if comment.version != version:
        raise EditRefused(EditObstacle.CHANGED)
    if comment.version > MAX_EDITS:
        raise EditRefused(EditObstacle.OFTEN)
    edit(comment, body, by=None, by_writer=True)
    scored_at = None if verdict.score is None else timezone.now()  # without a score the worker comes back to it
    Comment.objects.filter(pk=comment.pk).update(
        score=verdict.score, score_reasons=verdict.score_reasons, scored_at=scored_at
    )
    if comment.status == Status.SPAM:  # what spoke against it first still does
        return
    comment.findings.all().delete()
    store_findings(comment, verdict.findings)
    if verdict.status not in {Status.APPROVED, comment.status}:
        decide_one(comment, verdict.status, via=verdict.via, rule=verdict.rule)


@transaction.atomic
def withdraw_own(comment: Comment) -> Decision:
    """Withdraw it; raises EditRefused when its writer may no longer do so."""
    lock_comment(comment)
    if why := withdrawal_obstacle(comment):
        raise EditRefused(why)
    return withdraw(comment, expected=comment.status)


@transaction.atomic
def withdraw(comment: Comment, *, expected: str | None) -> Decision:
    """Withdraw it for its writer, who may then send the same words again. Raises what `decide_one` does."""
    decision = decide_one(comment, Status.WITHDRAWN, via=Via.READER, expected=expected)
    comment.fingerprint = f"withdrawn {decision.pk}"
    Comment.objects.filter(pk=comment.pk).update(fingerprint=comment.fingerprint)
    return decision


@transaction.atomic
def edit(comment: Comment, body: str, *, by: User | None, note: str = "", by_writer: bool = False) -> None:
    """Replace the words of a comment, keeping the earlier ones for moderators; `note` is shown under the comment."""
    Conversation.objects.lock([comment.conversation_id])
    before = Comment.objects.select_for_update().get(pk=comment.pk)
    comment.revisions.create(version=before.version, body=before.body, by=by, note=note, by_writer=by_writer)
    comment.body, comment.version = body, before.version + 1
    comment.edited_at, comment.edit_note, comment.edited_by_writer = now_to_the_second(), note, by_writer
    comment.check_text()
    quotations = comment.find_quotations()
    comment.quote_count = len(quotations)
    comment.save(update_fields=EDITED_COLUMNS)
    if before.quote_count or quotations:
        Quotation.replace_for(comment, quotations)
    if by_writer:  # what a moderator takes out still tells whose it was
        CommentSign.objects.replace_text(comment)
    if before.status == Status.APPROVED:
        Comment.objects.filter(pk=comment.pk).reindex()
    if before.shown:
        Conversation.record_change(before.conversation_id)


def lock_comment(comment: Comment) -> None:
    """Nobody publishes an answer, and no moderator decides, between our look and our change."""
    Conversation.objects.lock([comment.conversation_id])
    comment.refresh_from_db(
        fields=["status", "shown", "version", "body", "edited_at", "edited_by_writer", "created_at"]
    )
