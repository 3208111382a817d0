"""Rows of the decision log: a decision on one comment, or a batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max
from django.db.models.functions import Left

from comments.lifecycle.undo import can_be_undone
from comments.models import Decision
from comments.queue.outcome_messages import decider_name
from comments.status import Status

# Characters of the comment.
EXCERPT_LENGTH = 160


@dataclass
class LogRow:
    """A decision, or a batch of which `decision` is the newest.

    `became` has the new status, its label and the number of comments; `undone_count` is that of a batch.
    """

    decision: Decision
    decided_by: str
    count: int
    became: list[tuple[str, str, int]]
    undone_count: int = 0
    undone_by: Decision | None = None
    undone_by_name: str = ""
    can_undo: bool = False

    @property
    def is_batch(self) -> bool:
        return self.count > 1


@dataclass
class BatchSize:
    """How many comments a batch brought to each status, and how many of its decisions were undone."""

    states: Counter[str]
    undone_count: int = 0


def build_log_rows(heads: Iterable[int], *, alone: bool = False) -> list[LogRow]:
    """The rows of these decisions, newest first, in five queries however many there are.

    Each stands for its whole batch, or for itself when `alone`.
    """
    rows = Decision.objects.filter(pk__in=list(heads)).select_related("by", "rule", "comment__post", "comment__page")
    rows = rows.annotate(opening=Left("comment__body", EXCERPT_LENGTH)).only(
        *(field.name for field in Decision._meta.concrete_fields),
        *("comment__name", "comment__post__title", "comment__page__title", "rule__kind", "rule__pattern"),
        *("by__username", "by__first_name", "by__last_name"),
    )
    decisions = list(rows.order_by("-id"))
    sizes = {} if alone else count_batches({decision.batch for decision in decisions if decision.batch})
    undos = Decision.objects.filter(undoes__in=decisions).select_related("by")
    undone = {undo.undoes_id: undo for undo in undos}
    last = last_decision_ids(decisions)
    return [
        build_log_row(
            decision,
            size=sizes.get(decision.batch) if decision.batch else None,
            undone_by=undone.get(decision.pk),
            is_last=last[decision.comment_id] == decision.pk,
        )
        for decision in decisions
    ]


def build_log_row(decision: Decision, *, size: BatchSize | None, undone_by: Decision | None, is_last: bool) -> LogRow:
    size = size or BatchSize(Counter({decision.to_status: 1}))
    count = size.states.total()
    return LogRow(
        decision,
        decided_by=decider_name(decision),
        count=count,
        became=[(state, str(Status(state).label), number) for state, number in sorted(size.states.items())],
        undone_count=size.undone_count,
        undone_by=undone_by,
        undone_by_name=decider_name(undone_by) if undone_by else "",
        can_undo=can_be_undone(decision) and (size.undone_count < count if count > 1 else is_last),
    )


def count_batches(batches: Iterable[UUID]) -> Mapping[UUID, BatchSize]:
    sizes: dict[UUID, BatchSize] = defaultdict(lambda: BatchSize(Counter()))
    wanted = list(batches)
    rows = Decision.objects.order_by().filter(batch__in=wanted)
    for batch, state, number in rows.values_list("batch", "to_status").annotate(Count("id")):
        if batch:
            sizes[batch].states[state] = number
    undos = Decision.objects.order_by().filter(undoes__batch__in=wanted)
    for batch, number in undos.values_list("undoes__batch").annotate(Count("id")):
        sizes[batch].undone_count = number
    return sizes


def last_decision_ids(decisions: Sequence[Decision]) -> dict[int, int]:
    """The newest decision on each of these comments."""
    rows = Decision.objects.order_by().filter(comment__in={decision.comment_id for decision in decisions})
    return dict(rows.values_list("comment").annotate(Max("id")))
