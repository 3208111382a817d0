"""The verb for many: one decision on thousands of comments in a handful of queries, equal to as many single ones."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog.models import Conversation
from comments import status
from comments.models.comment import Comment
from comments.models.decision import Decision, PendingNotification, PendingTraining, columns_after_decision
from comments.models.report import Report
from comments.status import TRAINS_FILTER, Status, Via


@dataclass
class DecisionOutcome:
    """What became of it: comments moved, comments somebody had decided before, and refusals with their reason."""

    to: Status
    done: list[Comment] = field(default_factory=list)
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    late: list[Comment] = field(default_factory=list)
    refused: list[tuple[Comment, str]] = field(default_factory=list)


@transaction.atomic
def decide(
    ids: Iterable[int],
    to: Status,
    *,
    via: Via,
    by: AbstractBaseUser | None = None,
    reason: str = "",
    note: str = "",
    expected: str | None = None,
    batch: uuid.UUID | None = None,
    undoes: dict[int, Decision] | None = None,
) -> DecisionOutcome:
    """Move these comments to the state `to` as one batch, as `Comment.decide` moves one.

    What is not in the state `expected` any more (None: any), or cannot move so, stays and is told of. `undoes` gives,
    by comment, the decision that is taken back: it must still be the comment's last.
    """
    wanted = Comment.objects.filter(pk__in=ids)
    posts = set(wanted.values_list("post_id", flat=True))
    Comment.lock_threads(posts)
    outcome = DecisionOutcome(to, batch=batch or uuid.uuid4())
    rows = wanted.select_related("post").only("name", "status", "shown", "parent", "open_report_count", "post__title")
    for comment in rows.order_by("created_at", "id"):
        sort_comment(comment, outcome, expected, is_undo=comment.pk in (undoes or {}))
    record_decisions(outcome, via=via, by=by, reason=reason, note=note, undoes=undoes or {})
    update_visibility(outcome)
    return outcome


def sort_comment(comment: Comment, outcome: DecisionOutcome, expected: str | None, *, is_undo: bool) -> None:
    try:
        status.check_transition(
            expected=expected, current=comment.status, to=outcome.to, is_undo=is_undo, is_erased=comment.is_erased
        )
    except status.AlreadyDecided:
        outcome.late.append(comment)
    except status.TransitionNotAllowed as refusal:
        outcome.refused.append((comment, str(refusal)))
    else:
        outcome.done.append(comment)


def record_decisions(
    outcome: DecisionOutcome,
    *,
    via: Via,
    by: AbstractBaseUser | None,
    reason: str,
    note: str,
    undoes: dict[int, Decision],
) -> None:
    """The decisions, each still to be told of and learned from, and the new state."""
    how = {"by": by, "to_status": outcome.to, "via": via, "reason": reason, "note": note, "batch": outcome.batch}
    decisions = [
        Decision(comment=one, from_status=one.status, undoes=undoes.get(one.pk), **how) for one in outcome.done
    ]
    PendingNotification.objects.bulk_create(
        [PendingNotification(decision=one) for one in Decision.objects.bulk_create(decisions)]
    )
    flagged = [one.pk for one in outcome.done if one.open_report_count]
    Report.objects.filter(comment__in=flagged, is_open=True).update(is_open=False)
    changed = Comment.objects.filter(pk__in=[one.pk for one in outcome.done])
    changed.update(**columns_after_decision(outcome.to, via=via, reason=reason))
    # After the change, whose locks the learner respects: else it could learn the old state and drop the new lesson.
    if via in TRAINS_FILTER:
        PendingTraining.objects.bulk_create(
            [PendingTraining(comment=one) for one in outcome.done], ignore_conflicts=True
        )


def update_visibility(outcome: DecisionOutcome) -> None:
    """Bring `shown`, the threads' numbers and the search up to the change; nothing where nobody sees a change."""
    appears = outcome.to == Status.APPROVED
    changed = [one for one in outcome.done if appears or one.status == Status.APPROVED]
    Comment.objects.filter(pk__in=[one.pk for one in changed]).reindex()
    retold = {one.post_id for one in outcome.done if one.shown}  # a tombstone says why, so its words change too
    drawn = show_comments(changed) if appears else hide_comments(changed)
    comments = Counter(one.post_id for one in changed)
    for post_id in sorted({*comments, *retold}):
        Conversation.record_change(post_id, comments=comments[post_id] * (1 if appears else -1), shown=drawn[post_id])


def show_comments(comments: list[Comment]) -> Counter[int]:
    """Draw these, and as tombstones whatever they hang from; how many more are drawn, by post."""
    drawn, level = Counter(), [one for one in comments if not one.shown]
    while level:
        Comment.objects.filter(pk__in=[one.pk for one in level]).update(shown=True)
        drawn.update(one.post_id for one in level)
        level = list(load_parents(level).filter(shown=False))
    return drawn


def hide_comments(comments: list[Comment]) -> Counter[int]:
    """Draw these no longer, nor tombstones under which nothing is left; minus how many are drawn, by post."""
    drawn, level = Counter(), Comment.objects.filter(pk__in=[one.pk for one in comments])
    while gone := list(level.filter(shown=True).exclude(status=Status.APPROVED).exclude(replies__shown=True)):
        Comment.objects.filter(pk__in=[one.pk for one in gone]).update(shown=False)
        drawn.subtract(one.post_id for one in gone)
        level = load_parents(gone)
    return drawn


def load_parents(comments: list[Comment]):
    return Comment.objects.filter(pk__in={one.parent_id for one in comments}).only("post", "parent")
