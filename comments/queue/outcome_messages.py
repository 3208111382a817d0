"""What moderators are told of a decision on one comment or many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.text.datetimes import format_datetime, format_time
from blog.text.display_names import display_name
from comments.lifecycle.decide import DecisionOutcome
from comments.models import Comment, Decision
from comments.queue import hidden_quotes
from comments.status import Status, Via

# What a moderator may ask for, by the word that a button sends.
VERBS = {"approve": Status.APPROVED, "spam": Status.SPAM, "remove": Status.REMOVED, "hold": Status.PENDING}
DONE_MESSAGES = {
    Status.APPROVED: gettext_lazy("Approved: %s."),
    Status.SPAM: gettext_lazy("Marked as spam: %s."),
    Status.REMOVED: gettext_lazy("Removed: %s."),
    Status.PENDING: gettext_lazy("Back in the queue: %s."),
    Status.WITHDRAWN: gettext_lazy("Withdrawn again, as its writer wished: %s."),
}
# Writers that a message names before it counts.
MAX_NAMED = 5
# Marks a message whose decisions can be taken back by their batch.
UNDO_TAG = "undo-"


def describe_failures(outcome: DecisionOutcome) -> list[str]:
    """What is said of those that somebody had decided before, and of those that cannot move so."""
    attach_deciders(outcome.late)
    late, refused = defaultdict(list), defaultdict(list)
    for comment in outcome.late:
        late[comment.status, comment.decider].append(comment)
    for comment, sentence in outcome.refused:
        refused[sentence].append(comment)
    already = _("%(comments)s: already %(state)s by %(name)s, %(when)s.")
    return [
        *(
            already
            % {
                "comments": describe_comments(group),
                "state": Status(status).label,
                "name": name,
                "when": format_hour_or_day(latest_decision_time(group)),
            }
            for (status, name), group in late.items()
        ),
        *(f"{describe_comments(comments)}: {sentence}" for sentence, comments in refused.items()),
    ]


def attach_deciders(comments: list[Comment]) -> None:
    """Give each comment the name of who decided last, as `decider`, and when, as `last_decided`."""
    decisions = {
        decision.comment_id: decision
        for decision in Decision.objects.filter(comment__in=comments).select_related("by").order_by("id")
    }
    for comment in comments:
        decision = decisions.get(comment.pk)
        comment.decider = decider_name(decision)
        comment.last_decided_at = decision.at if decision else comment.created_at


def latest_decision_time(comments: Iterable[Comment]):
    return max(comment.last_decided_at for comment in comments)


def format_hour_or_day(at) -> str:
    """The hour of today, the day of any other."""
    return format_time(at) if timezone.localdate(at) == timezone.localdate() else format_datetime(at)


def decider_name(decision: Decision | None) -> str:
    """Who made this decision, for his colleagues."""
    if decision and decision.by:
        return display_name(decision.by)
    return _("its writer") if decision and decision.via == Via.READER else _("the site")


def describe_comments(comments: list[Comment]) -> str:
    """These comments in a few words: one with its post, some by their writers, many by their number."""
    if len(comments) == 1:
        return _("%(name)s on “%(post)s”") % {"name": comments[0].name, "post": comments[0].post.title}
    number = ngettext("%d comment", "%d comments", len(comments)) % len(comments)
    names = list(dict.fromkeys(comment.name for comment in comments))
    return number if len(names) > MAX_NAMED else f"{number} ({get_text_list(names, _('and'))})"


def add_outcome_messages(request: HttpRequest, outcome: DecisionOutcome) -> None:
    """Leave the outcome as messages for the next page; the queue offers to take back what was done."""
    if outcome.done:
        messages.success(
            request,
            DONE_MESSAGES[outcome.to] % describe_comments(outcome.done),
            extra_tags=f"{UNDO_TAG}{outcome.batch}",
        )
        if outcome.to != Status.APPROVED:
            hidden_quotes.warn_of_quotes(request, outcome.done)
    for sentence in describe_failures(outcome):
        messages.warning(request, sentence)


def add_undo_messages(request: HttpRequest, outcomes: list[DecisionOutcome]) -> None:
    """The same of decisions that were undone."""
    for outcome in outcomes:
        if outcome.done:
            messages.success(request, _("Taken back. ") + DONE_MESSAGES[outcome.to] % describe_comments(outcome.done))
            if outcome.to != Status.APPROVED:
                hidden_quotes.warn_of_quotes(request, outcome.done)
        for sentence in describe_failures(outcome):
            messages.warning(request, sentence)
