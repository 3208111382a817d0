"""Acts of moderators that are no decision on a comment: each is recorded, and undone by another act.

An act names what was there before it. Whoever acts on something that has changed since they saw it is told, and changes
nothing: so of two moderators at one moment the first acts.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_datetime

from blog.models import Commentable, Conversation
from comments.models.act import Act
from comments.models.comment import Comment
from comments.models.comment_sign import PartedComment
from comments.models.reader import Reader
from comments.status import Status

type Values = dict[str, Any]


class ChangedSince(Exception):
    """Somebody was first: what was to be changed is no longer as the moderator saw it, or is so already."""


def conversation_state(subject: Commentable) -> Values:
    """The state of the conversation on this, as it is recorded."""
    closes_at = subject.closes_at.isoformat() if subject.closes_at else None
    return {"conversation": subject.conversation, "slow_minutes": subject.slow_minutes, "closes_at": closes_at}


@transaction.atomic
def set_conversation_state(
    conversation_id: int, wanted: Values, *, seen: Values, by: User, undoes: Act | None = None
) -> Act:
    """Give the conversation the state `wanted`; raises ChangedSince unless it is still as it was `seen`."""
    subject = Conversation.objects.select_related("post", "page").get(pk=conversation_id).subject
    subject.lock()
    require_change(conversation_state(subject), seen, wanted)
    for name, value in wanted.items():
        setattr(subject, name, parse_datetime(value) if name == "closes_at" and value else value)
    subject.store_state(by=by)
    return record(Act.Kind.STATE, seen, wanted, by=by, undoes=undoes, conversation_id=conversation_id)


def reader_standing(reader: Reader) -> Values:
    """How a reader is treated, as it is recorded."""
    until = reader.suspended_until.isoformat() if reader.suspended_until else None
    return {"standing": reader.standing, "suspended_until": until}


@transaction.atomic
def set_reader_standing(reader_id: int, wanted: Values, *, seen: Values, by: User, undoes: Act | None = None) -> Act:
    """Treat the reader as `wanted`; raises ChangedSince unless they are still treated as was `seen`."""
    reader = Reader.objects.select_for_update().get(pk=reader_id)
    require_change(reader_standing(reader), seen, wanted)
    until = wanted["suspended_until"]
    reader.standing, reader.suspended_until = wanted["standing"], parse_datetime(until) if until else None
    reader.save(update_fields=["standing", "suspended_until"])
    return record(Act.Kind.STANDING, seen, wanted, by=by, undoes=undoes, reader_id=reader_id)


@transaction.atomic
def set_pinned(
    conversation_id: int, wanted: int | None, *, seen: int | None, by: User, undoes: Act | None = None
) -> Act:
    """Pin the comment with this number in this conversation, or none (None).

    Raises ChangedSince unless that one is still the one `seen`, and what is to be pinned still stands there.
    """
    Conversation.objects.lock([conversation_id])
    here = Conversation.objects.get(pk=conversation_id)
    require_change({"pinned": here.pinned}, {"pinned": seen}, {"pinned": wanted})
    if wanted and not Comment.objects.filter(pk=wanted, conversation=conversation_id, status=Status.APPROVED).exists():
        raise ChangedSince
    Conversation.objects.filter(pk=conversation_id).update(pinned=wanted)
    Conversation.record_change(conversation_id)
    columns = {"conversation_id": conversation_id, "comment_id": wanted or seen}
    return record(Act.Kind.PIN, {"pinned": seen}, {"pinned": wanted}, by=by, undoes=undoes, **columns)


@transaction.atomic
def set_parted(comment_id: int, wanted: Values, *, seen: Values, by: User, undoes: Act | None = None) -> Act:
    """Judge the comment by itself, `{"parted": True}`, or again with others that bear its signs.

    Raises ChangedSince unless that is still as it was `seen`.
    """
    comment = Comment.objects.only("pk").select_for_update().get(pk=comment_id)
    require_change({"parted": PartedComment.objects.filter(comment=comment).exists()}, seen, wanted)
    if wanted["parted"]:
        PartedComment.objects.create(comment=comment, by=by)
    else:
        PartedComment.objects.filter(comment=comment).delete()
    return record(Act.Kind.PART, seen, wanted, by=by, undoes=undoes, comment_id=comment_id)


def require_change(now: Values, seen: Values, wanted: Values) -> None:
    """Raise ChangedSince when it is not what was seen, or what is wanted already."""
    if now != seen or now == wanted:
        raise ChangedSince


def record(kind: Act.Kind, before: Values, after: Values, *, by: User, undoes: Act | None, **columns: Any) -> Act:
    return Act.objects.create(kind=kind, before=before, after=after, by=by, undoes=undoes, **columns)


def undo_act(act: Act, *, by: User) -> Act:
    """Bring back what was before this act; raises ChangedSince when it has been undone, or what it changed has."""
    if Act.objects.filter(undoes=act).exists():
        raise ChangedSince
    how: Values = {"seen": act.after, "by": by, "undoes": act}
    if act.kind == Act.Kind.STATE:
        return set_conversation_state(act.conversation_id or 0, act.before, **how)
    if act.kind == Act.Kind.STANDING:
        return set_reader_standing(act.reader_id or 0, act.before, **how)
    if act.kind == Act.Kind.PART:
        return set_parted(act.comment_id or 0, act.before, **how)
    how["seen"] = act.after.get("pinned")
    return set_pinned(act.conversation_id or 0, act.before["pinned"], **how)
