"""The verb for many: one decision on thousands of comments in a handful of queries, equal to as many single ones."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog.models import Thread as Numbers
from comments import moderation
from comments.models.comment import Comment
from comments.models.decision import Decision, Unlearned, Untold, after_decision
from comments.models.report import Report
from comments.moderation import JUDGED, Status, Via


@dataclass
class Outcome:
    """What became of it: comments moved, comments somebody had decided before, and refusals with their reason."""

    to: Status
    done: list[Comment] = field(default_factory=list)
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    late: list[Comment] = field(default_factory=list)
    refused: list[tuple[Comment, str]] = field(default_factory=list)


@transaction.atomic
def decide_many(
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
) -> Outcome:
    """Move these comments to the state `to` as one batch, as `Comment.decide` moves one.

    What is not in the state `expected` any more (None: any), or cannot move so, stays and is told of. `undoes` gives,
    by comment, the decision that is taken back: it must still be the comment's last.
    """
    wanted = Comment.objects.filter(pk__in=ids)
    posts = set(wanted.values_list("post_id", flat=True))
    Comment.lock_threads(posts)
    outcome = Outcome(to, batch=batch or uuid.uuid4())
    rows = wanted.select_related("post").only("name", "status", "shown", "parent", "flags", "post__title")
    for comment in rows.order_by("created_at", "id"):
        sort_in(comment, outcome, expected, is_undo=comment.pk in (undoes or {}))
    record(outcome, via=via, by=by, reason=reason, note=note, undoes=undoes or {})
    redraw(outcome)
    return outcome


def sort_in(comment: Comment, outcome: Outcome, expected: str | None, *, is_undo: bool) -> None:
    try:
        moderation.check(
            expected=expected, current=comment.status, to=outcome.to, is_undo=is_undo, is_erased=comment.is_erased
        )
    except moderation.AlreadyDecided:
        outcome.late.append(comment)
    except moderation.NotAllowed as refusal:
        outcome.refused.append((comment, str(refusal)))
    else:
        outcome.done.append(comment)


def record(
    outcome: Outcome, *, via: Via, by: AbstractBaseUser | None, reason: str, note: str, undoes: dict[int, Decision]
) -> None:
    """The decisions, each still to be told of and learned from, and the new state."""
    how = {"by": by, "to_status": outcome.to, "via": via, "reason": reason, "note": note, "batch": outcome.batch}
    decisions = [
        Decision(comment=one, from_status=one.status, undoes=undoes.get(one.pk), **how) for one in outcome.done
    ]
    Untold.objects.bulk_create([Untold(decision=one) for one in Decision.objects.bulk_create(decisions)])
    flagged = [one.pk for one in outcome.done if one.flags]
    Report.objects.filter(comment__in=flagged, is_open=True).update(is_open=False)
    changed = Comment.objects.filter(pk__in=[one.pk for one in outcome.done])
    changed.update(**after_decision(outcome.to, via=via, reason=reason))
    # After the change, whose locks the learner respects: else it could learn the old state and drop the new lesson.
    if via in JUDGED:
        Unlearned.objects.bulk_create([Unlearned(comment=one) for one in outcome.done], ignore_conflicts=True)


def redraw(outcome: Outcome) -> None:
    """Bring `shown`, the threads' numbers and the search up to the change; nothing where nobody sees a change."""
    from comments import search

    appears = outcome.to == Status.APPROVED
    changed = [one for one in outcome.done if appears or one.status == Status.APPROVED]
    search.follow(one.pk for one in changed)
    retold = {one.post_id for one in outcome.done if one.shown}  # a tombstone says why, so its words change too
    drawn = show(changed) if appears else hide(changed)
    comments = Counter(one.post_id for one in changed)
    for post_id in sorted({*comments, *retold}):
        Numbers.move(post_id, comments=comments[post_id] * (1 if appears else -1), shown=drawn[post_id])


def show(comments: list[Comment]) -> Counter[int]:
    """Draw these, and as tombstones whatever they hang from; how many more are drawn, by post."""
    drawn, level = Counter(), [one for one in comments if not one.shown]
    while level:
        Comment.objects.filter(pk__in=[one.pk for one in level]).update(shown=True)
        drawn.update(one.post_id for one in level)
        level = list(parents(level).filter(shown=False))
    return drawn


def hide(comments: list[Comment]) -> Counter[int]:
    """Draw these no longer, nor tombstones under which nothing is left; minus how many are drawn, by post."""
    drawn, level = Counter(), Comment.objects.filter(pk__in=[one.pk for one in comments])
    while gone := list(level.filter(shown=True).exclude(status=Status.APPROVED).exclude(replies__shown=True)):
        Comment.objects.filter(pk__in=[one.pk for one in gone]).update(shown=False)
        drawn.subtract(one.post_id for one in gone)
        level = parents(gone)
    return drawn


def parents(comments: list[Comment]):
    return Comment.objects.filter(pk__in={one.parent_id for one in comments}).only("post", "parent")
