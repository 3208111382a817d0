"""Decides on comments as the moderator saw them when they pressed the button."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from blog.models import Conversation
from comments.lifecycle.decide import DecisionOutcome, decide
from comments.models import Comment
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import VERBS
from comments.status import Status


def decide_as_seen(form: QueueActionForm, ids: set[int], *, by: User) -> DecisionOutcome:
    """Decide on comments in the status in which the moderator saw them: a family has held and published ones."""
    how: dict[str, Any] = {"by": by, "via": form.via, "note": form.cleaned_data["note"]}
    how["reason"] = form.cleaned_data["reason"]
    to, published = VERBS[form.verb], ids & form.published
    outcome = decide(ids - published, to, expected=form.state, **how)
    if published and to != Status.APPROVED:  # which they are already
        also = decide(published, to, expected=Status.APPROVED, batch=outcome.batch, **how)
        outcome.done += also.done
        outcome.late += also.late
        outcome.refused += also.refused
    return outcome


def filter_still_reported(ids: set[int]) -> set[int]:
    """The comments whose reports are still open, for the list of reported comments in any status."""
    reported = Comment.objects.filter(pk__in=ids)
    Conversation.objects.lock(reported.values("conversation"))
    return set(reported.exclude(open_report_count=0).values_list("pk", flat=True))
