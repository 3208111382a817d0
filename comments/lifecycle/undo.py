"""Taking decisions back: each comment returns to its own earlier state, and the record says so."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog.models import Conversation
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.models.comment import Comment
from comments.models.decision import Decision
from comments.status import Status, Via


@transaction.atomic
def undo(decisions: Iterable[Decision], *, by: AbstractBaseUser, via: Via = Via.DESK) -> list[DecisionOutcome]:
    """Take these decisions back as one batch: an outcome for each state (and reason) that comments return to.

    A comment about which somebody has decided since is left as it is and told of as late; the first decision on a
    comment has nothing before it, and words that were erased do not come back: both are passed over.
    """
    found = sorted((one for one in decisions if can_be_undone(one)), key=lambda one: one.pk)
    lock_threads_of_decisions(found)
    reasons = earlier_reasons([one for one in found if one.from_status == Status.REMOVED])
    groups: dict[tuple[str, str], dict[int, Decision]] = defaultdict(dict)
    for decision in found:
        groups[decision.from_status, reasons.get(decision.pk, "")][decision.comment_id] = decision
    how = {"by": by, "via": via, "batch": uuid.uuid4()}
    return [undo_group(Status(state), group, reason=reason, **how) for (state, reason), group in sorted(groups.items())]


def can_be_undone(decision: Decision) -> bool:
    """Is there a state to return to, and are the words still there?"""
    return bool(decision.from_status) and decision.via != Via.ERASURE


def lock_threads_of_decisions(decisions: list[Decision]) -> None:
    """All of them before the first change."""
    Conversation.objects.lock(Comment.objects.filter(pk__in=[one.comment_id for one in decisions]).values("post"))


def earlier_reasons(decisions: list[Decision]) -> dict[int, str]:
    """For each of these decisions, by its number, the reason of the one before it on the same comment."""
    reasons = {}
    last = {one.comment_id: one for one in decisions}
    for earlier in Decision.objects.filter(comment__in=last).order_by("id"):
        if earlier.pk < last[earlier.comment_id].pk:
            reasons[last[earlier.comment_id].pk] = earlier.reason
    return reasons


def undo_group(state: Status, group: dict[int, Decision], **how) -> DecisionOutcome:
    """Those of the group whose decision is still the last return to `state`; the others are late."""
    ids = set(group)
    since = {one.comment_id for one in Decision.objects.filter(comment__in=ids) if one.pk > group[one.comment_id].pk}
    outcome = decide(ids - since, state, undoes=group, **how)
    outcome.late += Comment.objects.filter(pk__in=since).select_related("post")
    return outcome
