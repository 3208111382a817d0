"""Undoes decisions: each comment returns to its earlier status, and the record says so."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from blog.models import Conversation
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.models.comment import Comment
from comments.models.decision import Decision
from comments.status import Status, Via


@transaction.atomic
def undo(decisions: Iterable[Decision], *, by: User, via: Via = Via.DESK) -> list[DecisionOutcome]:
    """Undo these decisions as one batch. Returns an outcome for each status (and reason) that comments return to.

    A comment about which somebody has decided since stays as it is, and is among the `late`. Ignores the first decision
    on a comment, since there is nothing before it, and erasures, since their text is gone.
    """
    undoable = sorted(filter(can_be_undone, decisions), key=lambda decision: decision.pk)
    Conversation.objects.lock(
        Comment.objects.filter(pk__in=[decision.comment_id for decision in undoable]).values("conversation")
    )
    reasons = earlier_reasons([decision for decision in undoable if decision.from_status == Status.REMOVED])
    groups: dict[tuple[str, str], dict[int, Decision]] = defaultdict(dict)
    for decision in undoable:
        groups[decision.from_status, reasons.get(decision.pk, "")][decision.comment_id] = decision
    batch = uuid.uuid4()
    return [
        undo_group(Status(status), group, reason=reason, by=by, via=via, batch=batch)
        for (status, reason), group in sorted(groups.items())
    ]


def can_be_undone(decision: Decision) -> bool:
    """Is there a status to return to, and does the text still exist?"""
    return bool(decision.from_status) and decision.via != Via.ERASURE


def earlier_reasons(decisions: Iterable[Decision]) -> dict[int, str]:
    """For each of these decisions, by its id, the reason of the one before it on the same comment."""
    reasons = {}
    last = {decision.comment_id: decision for decision in decisions}
    for earlier in Decision.objects.filter(comment__in=last).order_by("id"):
        if earlier.pk < last[earlier.comment_id].pk:
            reasons[last[earlier.comment_id].pk] = earlier.reason
    return reasons


def undo_group(status: Status, group: dict[int, Decision], **how: Any) -> DecisionOutcome:
    """Return to `status` those comments of the group whose decision is still the last; the others are late."""
    decisions = Decision.objects.filter(comment__in=group)
    late = {decision.comment_id for decision in decisions if decision.pk > group[decision.comment_id].pk}
    outcome = decide(group.keys() - late, status, undoes=group, **how)
    outcome.late += Comment.objects.filter(pk__in=late).with_subjects()
    return outcome
