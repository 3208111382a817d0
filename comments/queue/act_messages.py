"""Says what moderators did besides deciding on comments, and undoes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.editing.staff_request import StaffRequest
from blog.models import Commentable, Conversation
from blog.text.datetimes import format_datetime
from blog.text.validators import is_pk
from comments.lifecycle.acts import ChangedSince, undo_act
from comments.lifecycle.move import undo_move
from comments.models import Act, Reader
from comments.queue.outcome_messages import UNDO_TAG

# Before the number of an act in what a button to undo sends; a batch of decisions has another.
ACT_PREFIX = "act-"


def add_act_message(request: HttpRequest, act: Act, words: str = "") -> None:
    """Say what was done, in these words or in those of the record, with a button to undo it."""
    messages.success(request, words or describe_act(act), extra_tags=f"{UNDO_TAG}{ACT_PREFIX}{act.pk}")


def add_conflict_message(request: HttpRequest) -> None:
    """Say that somebody else was first."""
    messages.warning(request, _("Nothing was changed: it has been changed since you opened the page. See below."))


def undo_by_button(request: StaffRequest, name: str) -> None:
    """Undo the act that a button names, and say so."""
    pk = name.removeprefix(ACT_PREFIX)
    act = Act.objects.filter(pk=pk).first() if is_pk(pk) else None
    if act is None:
        messages.warning(request, _("There is nothing to undo."))
        return
    try:
        undone = (undo_move if act.kind == Act.Kind.MOVE else undo_act)(act, by=request.user)
    except ChangedSince:
        messages.warning(request, _("Not undone: it has been changed since."))
    else:
        messages.success(request, _("Undone. %s") % describe_act(undone))


def describe_act(act: Act, titles: Mapping[int, str] | None = None) -> str:
    """What it is now, as a sentence; `titles` of posts to which comments were moved, if they are known."""
    if act.kind == Act.Kind.MOVE:
        return describe_move(act.after["post"], titles)
    return {
        Act.Kind.STATE: describe_state,
        Act.Kind.STANDING: describe_standing,
        Act.Kind.PIN: describe_pin,
        Act.Kind.PART: describe_part,
    }[Act.Kind(act.kind)](act.after)


def describe_state(after: dict[str, Any]) -> str:
    state = Commentable.ConversationStatus(after["conversation"])
    words = {
        state.OPEN: _("The conversation is open."),
        state.HELD: _("The conversation is held: every comment waits for a moderator."),
        state.CLOSED: _("The conversation is closed."),
        state.OFF: _("The conversation is off."),
    }[state]
    if minutes := after["slow_minutes"]:
        slow = ngettext(
            "Slow mode: %d minute between two comments.", "Slow mode: %d minutes between two comments.", minutes
        )
        words += f" {slow % minutes}"
    closes_at = parse_datetime(after["closes_at"] or "")
    if closes_at and state != state.CLOSED:
        words += " " + _("It closes on %s.") % format_datetime(closes_at)
    return words


def describe_standing(after: dict[str, Any]) -> str:
    standing = Reader.Standing(after["standing"])
    if until := parse_datetime(after["suspended_until"] or ""):
        return _("This reader is suspended until %s.") % format_datetime(until)
    return {
        standing.ORDINARY: _("This reader is treated like any other."),
        standing.TRUSTED: _("This reader is trusted: published straight away, when verified."),
        standing.HELD: _("This reader’s comments are always reviewed."),
        standing.SUSPENDED: _("This reader is suspended until a moderator lifts it."),
        standing.BANNED: _("This reader is banned."),
    }[standing]


def describe_pin(after: dict[str, Any]) -> str:
    return _("The comment is pinned.") if after["pinned"] else _("No comment is pinned.")


def describe_part(after: dict[str, Any]) -> str:
    return _("The comment is judged by itself.") if after["parted"] else _("The comment is judged with others like it.")


def describe_move(to: int, titles: Mapping[int, str] | None) -> str:
    if titles is None:
        titles = find_titles([to])
    return _("The comment and its replies stand under “%s”.") % titles.get(to, to)


def find_titles(conversations: Iterable[int]) -> dict[int, str]:
    """The titles of what these conversations are about, in the trash or not."""
    rows = Conversation.objects.filter(pk__in=conversations).select_related("post", "page")
    return {row.pk: row.subject.title for row in rows}
