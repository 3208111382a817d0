"""Moderators as colleagues: who may be to decide on a comment, and what they have noted about readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import pgettext

from blog.models.composed_query import ComposedQuery
from blog.text.display_names import display_name
from blog.text.validators import is_pk
from comments.models import ReaderNote

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
# Notes on one reader in the queue, the newest; the reader's page in the admin has all.
MAX_NOTES = 3
# What a form sends in place of a moderator's number.
NOBODY = "nobody"


class NoteLine(NamedTuple):
    """One note on a reader, with who wrote it."""

    text: str
    by: str


def moderators() -> QuerySet[User]:
    """The active accounts that may decide: those to whom a comment can be assigned."""
    users = get_user_model().objects.with_perm("comments.moderate_comment", backend=MODEL_BACKEND)
    return users.filter(is_active=True).order_by("first_name", "last_name", "username")


MODERATORS = ComposedQuery(moderators)


def moderator_choices(*, me: User) -> list[tuple[int, str]]:
    """Each of them, number and name, to choose who is to decide: one query; `me` first, in the first person."""
    others = [(user.pk, display_name(user)) for user in MODERATORS() if user.pk != me.pk]
    return [(me.pk, pgettext("who is to decide", "I am")), *others]


def find_moderator(text: str) -> User | None:
    """The one whom a form names by their number."""
    return moderators().filter(pk=text).first() if is_pk(text) else None


def notes_on_readers(ids: Iterable[int]) -> dict[int, list[NoteLine]]:
    """The newest notes on each of these readers, oldest first: one query."""
    notes: dict[int, list[NoteLine]] = defaultdict(list)
    for note in ReaderNote.objects.filter(reader__in=set(ids)).select_related("by"):
        notes[note.reader_id].append(NoteLine(note.text, display_name(note.by) if note.by else ""))
    return {pk: lines[-MAX_NOTES:] for pk, lines in notes.items()}
