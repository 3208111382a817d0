"""A form of a post keeps what is written in it: sent every few seconds, or whenever the form comes back refused."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from blog.editing.form_data import FormData, extract_form_data, has_unsaved_changes, initial_from_data
from blog.editing.presence import PresentEditor
from blog.editing.text_conflicts import TextConflict
from blog.models import Post, WorkingCopy
from blog.models.working_copy import MAX_COPY_CHARACTERS, AutosaveOutcome, is_form_key, new_form_key
from blog.text.validators import is_pk

# Copies that a form offers: nobody looks through more, and comparing costs.
MAX_OFFERED_COPIES = 5
# What has no number of editions a database could hold.
_MAX_EDITION_DIGITS = 9


class FormState(NamedTuple):
    """What a form says of itself. `turn` counts what it has sent; `edition` is the post's when its author began."""

    key: str
    turn: int
    edition: int

    @classmethod
    def from_post(cls, sent: QueryDict) -> FormState:
        """A form that says nothing, or nonsense, is a new one."""
        key, turn, edition = (sent.get(name, "") for name in ("key", "turn", "edition"))
        number = int(edition) if is_pk(edition) and len(edition) <= _MAX_EDITION_DIGITS else 0
        return cls(key if is_form_key(key) else new_form_key(), int(turn) if is_pk(turn) else 0, number)


class EditingState(NamedTuple):
    """What stands above the form of a post, and what it sends along."""

    form_state: FormState
    merge_base: int  # the edition to merge from
    is_unsaved: bool
    unsaved_copies: list[WorkingCopy]
    others: list[PresentEditor]
    loaded_copy: WorkingCopy | None = None
    conflict: TextConflict | None = None
    is_merged: bool = False
    initial_choices: str = ""  # beside the words, when the form was opened


class TextTooLong(ValueError):
    """More than is kept of one form."""


def save_copy(
    user: AbstractBaseUser, sent: FormState, post: Post | None, words: FormData
) -> tuple[AutosaveOutcome, FormState]:
    """Keep these words as the form's; TooLong when they are more than SIZE characters.

    What is newer, saved or discarded is not overwritten: the form is told, and given another key for its words.
    """
    if sum(len(text) for texts in words.values() for text in texts) > MAX_COPY_CHARACTERS:
        raise TextTooLong
    held = {"post": post, "edition": sent.edition, "form_data": words}
    outcome = WorkingCopy.objects.keep(user=user, key=sent.key, turn=sent.turn, **held)
    return outcome, sent if outcome is AutosaveOutcome.KEPT else sent._replace(key=new_form_key())


def save_refused_form(request: HttpRequest, form: forms.ModelForm, post: Post | None) -> FormState:
    """Keep what stands in a form that could not be saved, whatever else is kept of it; how the form goes on."""
    sent = FormState.from_post(request.POST)
    sent, words = sent._replace(turn=sent.turn + 1), extract_form_data(form.fields, request.POST)
    try:
        outcome, sent = save_copy(request.user, sent, post, words)
        if outcome is not AutosaveOutcome.KEPT:
            save_copy(request.user, sent, post, words)
    except TextTooLong:
        pass  # it stands in the form again, which says that it is too long
    return sent


def find_unsaved_copies(
    user: AbstractBaseUser, post: Post | None, form: type[forms.ModelForm], key: str
) -> list[WorkingCopy]:
    """What `user` wrote for this post (or for new ones) and neither saved nor discarded, the latest first.

    Without the copy `key`, which stands in the form already.
    """
    copies = (
        WorkingCopy.objects.open()
        .belonging_to(user)
        .filter(post=post)
        .exclude(key=key)
        .latest_first()[:MAX_OFFERED_COPIES]
    )
    return [copy for copy in copies if has_unsaved_changes(form, copy, post)]


def load_copy(copy: WorkingCopy, form: forms.ModelForm) -> FormState:
    """Put the copy's words into an empty form, which goes on where they were left."""
    form.initial.update(initial_from_data(form, copy.form_data))
    return FormState(copy.key, copy.turn, copy.edition)
