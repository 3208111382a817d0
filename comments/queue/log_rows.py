"""Decisions as the record shows them: one comment a line, or one stroke over many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max
from django.db.models.functions import Left

from comments.lifecycle.undo import can_be_undone
from comments.models import Decision
from comments.queue.outcome_messages import decider_name
from comments.status import Status

# Of the comment's words.
EXCERPT_LENGTH = 160


@dataclass
class LogRow:
    """One decision, or many made at one stroke, of which `decision` is the newest."""

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


def build_log_rows(heads: Iterable[int], *, alone: bool = False) -> list[LogRow]:
    """The lines of these decisions, newest first, in five queries however many they are.

    Each stands for its whole batch, or `alone` for itself.
    """
    rows = Decision.objects.filter(pk__in=list(heads)).select_related("by", "rule", "comment__post")
    rows = rows.annotate(opening=Left("comment__body", EXCERPT_LENGTH)).only(
        *(field.name for field in Decision._meta.concrete_fields),
        *("comment__name", "comment__post__title", "rule__kind", "rule__pattern"),
        *("by__username", "by__first_name", "by__last_name"),
    )
    decisions = list(rows.order_by("-id"))
    sizes = {} if alone else count_batches({one.batch for one in decisions if one.batch})
    undone = {one.undoes_id: one for one in Decision.objects.filter(undoes__in=decisions).select_related("by")}
    last = last_decision_ids(decisions)
    return [build_log_row(one, sizes, undone.get(one.pk), is_last=last[one.comment_id] == one.pk) for one in decisions]


def build_log_row(decision: Decision, sizes: dict, undone: Decision | None, *, is_last: bool) -> LogRow:
    states, taken_back = sizes.get(decision.batch, ({decision.to_status: 1}, 0))
    count = sum(states.values())
    return LogRow(
        decision,
        decided_by=decider_name(decision),
        count=count,
        became=[(state, Status(state).label, number) for state, number in sorted(states.items())],
        undone_count=taken_back,
        undone_by=undone,
        undone_by_name=decider_name(undone) if undone else "",
        can_undo=can_be_undone(decision) and (taken_back < count if count > 1 else is_last),
    )


def count_batches(batches: set[UUID]) -> dict[UUID, tuple[Counter[str], int]]:
    """For each batch: how many comments it brought to each state, and how many of them were taken back."""
    states: dict[UUID, Counter[str]] = defaultdict(Counter)
    rows = Decision.objects.order_by().filter(batch__in=batches)
    for batch, state, number in rows.values_list("batch", "to_status").annotate(Count("id")):
        states[batch][state] = number
    undoings = Decision.objects.order_by().filter(undoes__batch__in=batches)
    undone = dict(undoings.values_list("undoes__batch").annotate(Count("id")))
    return {batch: (counts, undone.get(batch, 0)) for batch, counts in states.items()}


def last_decision_ids(decisions: list[Decision]) -> dict[int, int]:
    """The newest decision on each of these comments."""
    rows = Decision.objects.order_by().filter(comment__in={one.comment_id for one in decisions})
    return dict(rows.values_list("comment").annotate(Max("id")))
