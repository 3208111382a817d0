"""Tells moderators what became of a decision on one comment or many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

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
from comments.queue.families import count_siblings
from comments.status import Status, Via

# The four decisions, by the word that a button sends.
VERBS = {"approve": Status.APPROVED, "spam": Status.SPAM, "remove": Status.REMOVED, "hold": Status.PENDING}
DONE_MESSAGES = {
    Status.APPROVED: gettext_lazy("Approved: %s."),
    Status.SPAM: gettext_lazy("Marked as spam: %s."),
    Status.REMOVED: gettext_lazy("Removed: %s."),
    Status.PENDING: gettext_lazy("Back in the queue: %s."),
}
UNDONE_MESSAGES = {
    Status.APPROVED: gettext_lazy("Undone. Published again: %s."),
    Status.SPAM: gettext_lazy("Undone. Spam again: %s."),
    Status.REMOVED: gettext_lazy("Undone. Removed again: %s."),
    Status.PENDING: gettext_lazy("Undone. Back in the queue: %s."),
    Status.WITHDRAWN: gettext_lazy("Undone. Withdrawn again: %s."),
}
# Commenters named in a message; more are only counted.
MAX_NAMED = 5
# Starts the tag of a message about a batch that can be undone; the number of the batch follows.
UNDO_TAG = "undo-"
# The same for a message that leads to what else came from the hands of a batch.
HAND_TAG = "hand-"


def add_outcome_messages(request: HttpRequest, outcome: DecisionOutcome) -> None:
    """Leave messages for the next page, with a tag by which the queue offers an undo."""
    if outcome.done:
        done = DONE_MESSAGES[outcome.to] % describe_comments(outcome.done)
        messages.success(request, done, extra_tags=f"{UNDO_TAG}{outcome.batch}")
        if outcome.to != Status.APPROVED:
            hidden_quotes.warn_of_quotes(request, outcome.done)
        if outcome.to == Status.SPAM:
            offer_siblings(request, outcome)
    for sentence in describe_failures(outcome):
        messages.warning(request, sentence)


def offer_siblings(request: HttpRequest, outcome: DecisionOutcome) -> None:
    """Say how many more comments are from the same hands, with a tag by which the queue links to them."""
    if count := count_siblings([comment.pk for comment in outcome.done]):
        more = ngettext("%d more from the same hand.", "%d more from the same hand.", count) % count
        messages.info(request, more, extra_tags=f"{HAND_TAG}{outcome.batch}")


def add_undo_messages(request: HttpRequest, outcomes: Iterable[DecisionOutcome]) -> None:
    """The same for decisions that were undone."""
    for outcome in outcomes:
        if outcome.done:
            messages.success(request, UNDONE_MESSAGES[outcome.to] % describe_comments(outcome.done))
            if outcome.to != Status.APPROVED:
                hidden_quotes.warn_of_quotes(request, outcome.done)
        for sentence in describe_failures(outcome):
            messages.warning(request, _("Not undone: %s") % sentence)


def pop_notices(request: HttpRequest) -> list[dict[str, str]]:
    """The messages for this page, each with the batch that it offers to undo, or whose hands it leads to, if any."""
    return [
        {
            "words": str(message),
            "level": message.level_tag,
            "batch": find_tagged(message.tags, UNDO_TAG),
            "hand": find_tagged(message.tags, HAND_TAG),
        }
        for message in messages.get_messages(request)
    ]


def find_tagged(tags: str, prefix: str) -> str:
    return next((tag.removeprefix(prefix) for tag in tags.split() if tag.startswith(prefix)), "")


def describe_failures(outcome: DecisionOutcome) -> list[str]:
    """A sentence for each group of comments that somebody else decided first, or that cannot move so."""
    last = last_decisions(outcome.late) if outcome.late else {}
    late, refused = defaultdict(list), defaultdict(list)
    for comment in outcome.late:
        late[comment.status, decider_name(last.get(comment.pk))].append(comment)
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
                "when": format_hour_or_day(latest_change(group, last)),
            }
            for (status, name), group in late.items()
        ),
        *(f"{describe_comments(comments)}: {sentence}" for sentence, comments in refused.items()),
    ]


def last_decisions(comments: Iterable[Comment]) -> dict[int, Decision]:
    """The last decision on each of these comments."""
    decisions = Decision.objects.filter(comment__in=list(comments)).select_related("by").order_by("id")
    return {decision.comment_id: decision for decision in decisions}


def latest_change(comments: Iterable[Comment], last: dict[int, Decision]) -> datetime:
    return max(last[comment.pk].at if comment.pk in last else comment.created_at for comment in comments)


def format_hour_or_day(at: datetime) -> str:
    """The time for today, the date for any other day."""
    return format_time(at) if timezone.localdate(at) == timezone.localdate() else format_datetime(at)


def decider_name(decision: Decision | None) -> str:
    """Who made this decision, as moderators call them."""
    if decision and decision.by:
        return display_name(decision.by)
    return _("the commenter") if decision and decision.via == Via.READER else _("the site")


def comments_to_describe(ids: Iterable[int]) -> list[Comment]:
    """These comments with what `describe_comments` needs, oldest first."""
    rows = Comment.objects.filter(pk__in=ids).with_subjects()
    return list(rows.only("name", "status", "version", "post__title", "page__title").order_by("created_at", "id"))


def describe_comments(comments: Sequence[Comment]) -> str:
    """A single comment by its post, several by their commenters, many by their number."""
    if len(comments) == 1:
        return _("%(name)s on “%(post)s”") % {"name": comments[0].name, "post": comments[0].subject.title}
    number = ngettext("%d comment", "%d comments", len(comments)) % len(comments)
    names = list(dict.fromkeys(comment.name for comment in comments))
    return number if len(names) > MAX_NAMED else f"{number} ({get_text_list(names, _('and'))})"
