"""A form of a post keeps what is written in it: sent every few seconds, or whenever the form comes back refused."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from blog.desk.collisions import Collision
from blog.desk.presence import Present
from blog.desk.words import Words, initial, is_unsaved, words_of
from blog.models import Post, WorkingCopy
from blog.models.working_copy import SIZE, Outcome, could_be_key, new_key
from blog.text import is_key

# Copies that a form offers: nobody looks through more, and comparing costs.
OFFERED = 5
# What has no number of editions a database could hold.
_DIGITS = 9


class Sent(NamedTuple):
    """What a form says of itself. `turn` counts what it has sent; `edition` is the post's when its author began."""

    key: str
    turn: int
    edition: int

    @classmethod
    def read(cls, sent: QueryDict) -> Sent:
        """A form that says nothing, or nonsense, is a new one."""
        key, turn, edition = (sent.get(name, "") for name in ("key", "turn", "edition"))
        number = int(edition) if is_key(edition) and len(edition) <= _DIGITS else 0
        return cls(key if could_be_key(key) else new_key(), int(turn) if is_key(turn) else 0, number)


class Desk(NamedTuple):
    """What stands above the form of a post, and what it sends along."""

    sent: Sent
    base: int  # the edition to merge from
    is_unsaved: bool
    offers: list[WorkingCopy]
    others: list[Present]
    taken: WorkingCopy | None = None
    collision: Collision | None = None
    is_merged: bool = False
    chosen: str = ""  # beside the words, when the form was opened


class TooLong(ValueError):
    """More than is kept of one form."""


def keep(user: AbstractBaseUser, sent: Sent, post: Post | None, words: Words) -> tuple[Outcome, Sent]:
    """Keep these words as the form's; TooLong when they are more than SIZE characters.

    What is newer, saved or discarded is not overwritten: the form is told, and given another key for its words.
    """
    if sum(len(text) for texts in words.values() for text in texts) > SIZE:
        raise TooLong
    held = {"post": post, "edition": sent.edition, "words": words}
    outcome = WorkingCopy.objects.keep(user=user, key=sent.key, turn=sent.turn, **held)
    return outcome, sent if outcome is Outcome.KEPT else sent._replace(key=new_key())


def keep_refused(request: HttpRequest, form: forms.ModelForm, post: Post | None) -> Sent:
    """Keep what stands in a form that could not be saved, whatever else is kept of it; how the form goes on."""
    sent = Sent.read(request.POST)
    sent, words = sent._replace(turn=sent.turn + 1), words_of(form.fields, request.POST)
    try:
        outcome, sent = keep(request.user, sent, post, words)
        if outcome is not Outcome.KEPT:
            keep(request.user, sent, post, words)
    except TooLong:
        pass  # it stands in the form again, which says that it is too long
    return sent


def offered(user: AbstractBaseUser, post: Post | None, form: type[forms.ModelForm], key: str) -> list[WorkingCopy]:
    """What `user` wrote for this post (or for new ones) and neither saved nor discarded, the latest first.

    Without the copy `key`, which stands in the form already.
    """
    copies = WorkingCopy.objects.open().of(user).filter(post=post).exclude(key=key).latest_first()[:OFFERED]
    return [copy for copy in copies if is_unsaved(form, copy, post)]


def take_up(copy: WorkingCopy, form: forms.ModelForm) -> Sent:
    """Put the copy's words into an empty form, which goes on where they were left."""
    form.initial.update(initial(form, copy.words))
    return Sent(copy.key, copy.turn, copy.edition)
