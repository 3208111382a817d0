"""Changes the status of comments: one or thousands, in the same few queries, each with a row in the record."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from blog.models import Conversation
from blog.models.clock import now_to_the_second
from blog.models.composed_query import ComposedInsert
from comments.lifecycle.websites import move_clock_for_websites
from comments.models.assignment import Assignment
from comments.models.comment import Comment
from comments.models.comment_note import CommentNote
from comments.models.decision import Decision, PendingNotification, PendingTraining
from comments.models.report import Report
from comments.status import TRAINS_FILTER, AlreadyDecided, Status, TransitionNotAllowed, Via, check_transition
from comments.threads import layout

INSERT_DECISIONS, INSERT_NOTIFICATIONS = ComposedInsert(Decision), ComposedInsert(PendingNotification)


@dataclass
class DecisionOutcome:
    """The comments that a decision moved, as they were before, and those it left alone.

    `late`: somebody had decided on them first. `refused`: with the sentence that says why.
    """

    to: Status
    done: list[Comment] = field(default_factory=list)
    batch: uuid.UUID | None = field(default_factory=uuid.uuid4)
    late: list[Comment] = field(default_factory=list)
    refused: list[tuple[Comment, str]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


@transaction.atomic
def decide(
    ids: Iterable[int],
    to: Status,
    *,
    via: Via,
    by: User | None = None,
    reason: str = "",
    note: str = "",
    rule: int | None = None,
    expected: str | None = None,
    batch: uuid.UUID | None = None,
    undoes: Mapping[int, Decision] | None = None,
    quiet: bool = False,
) -> DecisionOutcome:
    """Move these comments to the status `to`, as one batch in one transaction.

    `reason` is public, `note` is for moderators, `rule` is the number of the rule that decided. Comments that are not
    in the status `expected` (None: any), or that cannot move so, stay as they are. `undoes` has the decision that is
    undone, by comment: it must still be the last one on it. Nobody is notified of `quiet` decisions.
    """
    outcome = DecisionOutcome(to, batch=batch or uuid.uuid4())
    for comment in lock_for_decision(ids):
        sort_comment(comment, outcome, expected, is_undo=comment.pk in (undoes or {}))
    record_decisions(outcome, via=via, reason=reason, undoes=undoes, quiet=quiet, by=by, note=note, rule_id=rule)
    update_visibility(outcome)
    return outcome


def decide_one(comment: Comment, to: Status, **how: Any) -> Decision:
    """Move one comment as `decide` does. Of the instance `comment` only `status` is brought up to date.

    Raises AlreadyDecided when it is not in the `expected` state or is in the status `to` already, and
    TransitionNotAllowed when it cannot move so.
    """
    outcome = decide([comment.pk], to, **how)
    for late in outcome.late:
        comment.status = late.status
        raise AlreadyDecided(late.status)
    for _, sentence in outcome.refused:
        raise TransitionNotAllowed(sentence)
    comment.status = to
    return outcome.decisions[0]


def lock_for_decision(ids: Iterable[int]) -> list[Comment]:
    """These comments, the oldest first, with their rows and threads locked until the end of the transaction."""
    wanted = Comment.objects.filter(pk__in=list(ids))
    locked = Conversation.objects.lock(wanted.values("conversation"))
    columns = ("name", "status", "shown", "parent", "path", "reader", "open_report_count", "conversation", "assignment")
    rows = wanted.with_subjects().select_related("assignment").only(*columns, "post__title", "page__title")
    comments = list(rows.order_by("created_at", "id").select_for_update(of=("self",)))
    if moved := {comment.conversation_id for comment in comments} - locked:  # to another post, before these locks
        Conversation.objects.lock(moved)
    return comments


def sort_comment(comment: Comment, outcome: DecisionOutcome, expected: str | None, *, is_undo: bool) -> None:
    try:
        check_transition(
            expected=expected, current=comment.status, to=outcome.to, is_undo=is_undo, is_erased=comment.is_erased
        )
    except AlreadyDecided:
        outcome.late.append(comment)
    except TransitionNotAllowed as refusal:
        outcome.refused.append((comment, str(refusal)))
    else:
        outcome.done.append(comment)


def record_decisions(outcome: DecisionOutcome, *, via: Via, reason: str = "", **how: Any) -> None:
    """Store the decisions as `store_decisions` does, and the new status on the rows of the comments."""
    store_decisions(outcome, via=via, reason=reason, **how)
    if via != Via.REPORTS and (reported := [comment.pk for comment in outcome.done if comment.open_report_count]):
        answers = Decision.objects.filter(comment=OuterRef("comment"), batch=outcome.batch).order_by("-pk")
        Report.objects.filter(comment__in=reported, is_open=True).update(
            is_open=False, closed_at=timezone.now(), decision=Subquery(answers.values("pk")[:1])
        )
    if assigned := [comment.pk for comment in outcome.done if hasattr(comment, "assignment")]:
        Assignment.objects.clear(assigned)
    moved = Comment.objects.filter(pk__in=[comment.pk for comment in outcome.done])
    moved.update(**columns_after_decision(outcome.to, via=via, reason=reason))


def store_decisions(
    outcome: DecisionOutcome,
    *,
    via: Via,
    undoes: Mapping[int, Decision] | None = None,
    quiet: bool,
    is_first: bool = False,
    **columns: Any,
) -> None:
    """Store the decisions, and what the worker has to do about them. `is_first`: on new comments."""
    outcome.decisions = INSERT_DECISIONS(
        Decision(
            comment=comment,
            from_status="" if is_first else comment.status,
            to_status=outcome.to,
            via=via,
            batch=outcome.batch,
            undoes=undoes.get(comment.pk) if undoes else None,
            **columns,
        )
        for comment in outcome.done
    )
    enqueue_follow_up(outcome, via=via, quiet=quiet)


def enqueue_follow_up(outcome: DecisionOutcome, *, via: Via, quiet: bool) -> None:
    """Store what the worker has to do about these decisions: whom to notify, and what the spam filter learns."""
    if not quiet:
        INSERT_NOTIFICATIONS(PendingNotification(decision=decision) for decision in outcome.decisions)
    if via in TRAINS_FILTER:
        lessons = (PendingTraining(comment=comment) for comment in outcome.done)
        PendingTraining.objects.bulk_create(lessons, ignore_conflicts=True)


def columns_after_decision(to: Status, *, via: Via, reason: str) -> dict[str, Any]:
    """The new values on the comment's own row. Any decision but one by reports answers the open reports."""
    columns: dict[str, Any] = {"status": to, "removal_reason": reason if to == Status.REMOVED else ""}
    if via != Via.REPORTS:
        columns["open_report_count"] = 0
    if via != Via.ERASURE:  # spam counts from the day it was marked: erasing it is no new offence
        columns["decided_at"] = now_to_the_second()
    return columns


def update_visibility(outcome: DecisionOutcome) -> None:
    """Update the search index, `shown` and the numbers of the threads, where readers see a change."""
    appears = outcome.to == Status.APPROVED
    changed = [comment for comment in outcome.done if appears or comment.status == Status.APPROVED]
    Comment.objects.filter(pk__in=[comment.pk for comment in changed]).reindex()
    # A tombstone gives the reason, so its thread changes too.
    tombstones = {comment.conversation_id for comment in outcome.done if comment.shown}
    shown = show_comments(changed) if appears else hide_comments(changed)
    counts = Counter(comment.conversation_id for comment in changed)
    for conversation_id in sorted({*counts, *tombstones}):
        approved = counts[conversation_id] if appears else -counts[conversation_id]
        Conversation.record_change(conversation_id, comments=approved, shown=shown[conversation_id])
    CommentNote.objects.sync_names(comment.pk for comment in changed)
    move_clock_for_websites(changed, by=1 if appears else -1)


def show_comments(comments: Collection[Comment]) -> Counter[int]:
    """Show these comments and, as tombstones, those they answer. Returns how many more are shown, by post."""
    changed: list[Comment] = []
    level = [comment for comment in comments if not comment.shown]
    while level:
        Comment.objects.filter(pk__in=[comment.pk for comment in level]).update(shown=True)
        changed += level
        level = list(parents_of(level).filter(shown=False))
    resize_threads(changed, by=1)
    return Counter(comment.conversation_id for comment in changed)


def hide_comments(comments: Collection[Comment]) -> Counter[int]:
    """Hide these comments and the tombstones left without replies. Returns minus how many were hidden, by post."""
    changed: list[Comment] = []
    level: models.QuerySet[Comment] = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
    while hidden := list(level.filter(shown=True).exclude(status=Status.APPROVED).exclude(replies__shown=True)):
        Comment.objects.filter(pk__in=[comment.pk for comment in hidden]).update(shown=False)
        changed += hidden
        level = parents_of(hidden)
    resize_threads(changed, by=-1)
    counts = Counter[int]()
    counts.subtract(comment.conversation_id for comment in changed)
    return counts


def resize_threads(comments: Iterable[Comment], *, by: int) -> None:
    """Add `by` to the size of a thread for each of these comments in it."""
    change_thread_sizes(Counter(layout.thread_of(comment.path) for comment in comments), by=by)


def change_thread_sizes(numbers: Mapping[int, int], *, by: int = 1) -> None:
    """Add these numbers, times `by`, to the sizes of threads, by their first comments: a query for each number."""
    threads = defaultdict[int, list[int]](list)
    for thread, number in numbers.items():
        threads[number].append(thread)
    for number, ids in threads.items():
        Comment.objects.filter(pk__in=ids).update(thread_size=F("thread_size") + by * number)


def parents_of(comments: Iterable[Comment]) -> models.QuerySet[Comment]:
    return Comment.objects.filter(pk__in={comment.parent_id for comment in comments}).only(
        "conversation", "parent", "path"
    )
