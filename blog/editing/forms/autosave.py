"""Autosave: what is typed in a post's form is stored every few seconds, and whenever the form is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict

from blog.editing import presence
from blog.editing.field_conflicts import INITIAL_CHOICES_INPUT, serialize_choices
from blog.editing.form_data import FormData, extract_form_data, has_unsaved_changes, initial_from_data
from blog.editing.forms.post import PostForm
from blog.editing.presence import PresentEditor
from blog.editing.staff_request import StaffRequest
from blog.editing.text_conflicts import TextConflict
from blog.models import Post, WorkingCopy
from blog.models.working_copy import MAX_COPY_CHARACTERS, AutosaveOutcome, is_form_key, new_form_key
from blog.text.validators import is_pk

# Copies that a form offers: nobody reads more, and comparing them takes time.
MAX_OFFERED_COPIES = 5
# A longer number is no edition that a database could hold.
_MAX_EDITION_DIGITS = 9


class FormState(NamedTuple):
    """What a form says about itself. `turn` counts what it has sent; `edition` is the one its author began from."""

    key: str
    turn: int
    edition: int

    @classmethod
    def from_post(cls, sent: QueryDict) -> FormState:
        """The state that was sent; that of a new form when it makes no sense."""
        key, turn, edition = (sent.get(name, "") for name in ("key", "turn", "edition"))
        number = int(edition) if is_pk(edition) and len(edition) <= _MAX_EDITION_DIGITS else 0
        return cls(key if is_form_key(key) else new_form_key(), int(turn) if is_pk(turn) else 0, number)


class EditingState(NamedTuple):
    """What the page shows above a post's form, and what the form sends along."""

    form_state: FormState
    merge_base: int  # the edition to merge from
    is_unsaved: bool
    unsaved_copies: list[WorkingCopy]
    others: list[PresentEditor]
    loaded_copy: WorkingCopy | None = None
    conflict: TextConflict | None = None
    is_merged: bool = False
    initial_choices: str = ""  # what was chosen beside the text when the form was opened


class TextTooLong(ValueError):
    """The text is longer than autosave stores."""


# The form of a post, from opening to saving


def open_form(request: StaffRequest, form: PostForm, post: Post | None) -> EditingState:
    """The state of a form that is opened, with the unsaved text its author asks for (?copy=KEY)."""
    own = WorkingCopy.objects.open().belonging_to(request.user).filter(**({"post": post} if post else {}))
    copy = own.with_key(request.GET.get("copy", "")).first()
    state = load_copy(copy, form) if copy else FormState(new_form_key(), 0, post.edition if post else 0)
    return EditingState(
        state,
        merge_base=state.edition,
        is_unsaved=copy is not None,
        unsaved_copies=find_unsaved_copies(request.user, post, type(form), state.key),
        others=presence.enter_post(post.pk, request.user) if post else [],
        loaded_copy=copy,
        initial_choices=copy.text(INITIAL_CHOICES_INPUT) if copy else serialize_choices(post) if post else "",
    )


def reopen_form(request: StaffRequest, form: PostForm, post: Post | None) -> EditingState:
    """The state of a form that was refused: its text is stored, and it goes on from what it shows now."""
    state, conflict = save_refused_form(request, form, post), form.conflict
    is_merged = conflict is not None and PostForm.MERGE in request.POST
    if conflict:
        state = state._replace(edition=conflict.stored.edition)
    if conflict and is_merged:
        merged: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict: fields of several values stay lists
        for name, text in conflict.merged_form_data().items():
            merged[name] = text
        form.data = merged
    return EditingState(
        state,
        merge_base=conflict.began if conflict else state.edition,
        is_unsaved=True,
        unsaved_copies=[],
        others=presence.enter_post(post.pk, request.user) if post and post.pk else [],
        conflict=conflict,
        is_merged=is_merged,
        initial_choices=request.POST.get(INITIAL_CHOICES_INPUT, ""),
    )


def close_form(request: StaffRequest, post: Post) -> None:
    """The form was saved: delete its unsaved text, and show nobody that its author has the post open."""
    if "key" in request.POST:
        WorkingCopy.objects.close(user=request.user, key=FormState.from_post(request.POST).key, post=post)
    presence.leave_post(post.pk, request.user)


# Unsaved texts


def save_copy(
    user: User, state: FormState, post: Post | None, form_data: FormData
) -> tuple[AutosaveOutcome, FormState]:
    """Store what is in a form. Raises TextTooLong beyond MAX_COPY_CHARACTERS.

    A newer text, or one that was saved or discarded, is not overwritten: the form gets another key for its text.
    """
    if sum(len(text) for texts in form_data.values() for text in texts) > MAX_COPY_CHARACTERS:
        raise TextTooLong
    outcome = WorkingCopy.objects.keep(
        user=user, key=state.key, turn=state.turn, post=post, edition=state.edition, form_data=form_data
    )
    return outcome, state if outcome is AutosaveOutcome.KEPT else state._replace(key=new_form_key())


def save_refused_form(request: StaffRequest, form: forms.ModelForm[Post], post: Post | None) -> FormState:
    """Store what is in a form that could not be saved, whatever else is stored of it; the form's state from now on."""
    state = FormState.from_post(request.POST)
    state, form_data = state._replace(turn=state.turn + 1), extract_form_data(form.fields, request.POST)
    try:
        outcome, state = save_copy(request.user, state, post, form_data)
        if outcome is not AutosaveOutcome.KEPT:
            save_copy(request.user, state, post, form_data)
    except TextTooLong:
        pass  # the form shows it again, and says that it is too long
    return state


def find_unsaved_copies(
    user: User, post: Post | None, form: type[forms.ModelForm[Post]], key: str
) -> list[WorkingCopy]:
    """What `user` wrote for this post (or for new ones) and neither saved nor discarded, the latest first.

    Leaves out the copy `key`, which is in the form already.
    """
    copies = WorkingCopy.objects.open().belonging_to(user).filter(post=post).exclude(key=key)
    offered = copies.latest_first()[:MAX_OFFERED_COPIES]
    return [copy for copy in offered if has_unsaved_changes(form, copy, post)]


def load_copy(copy: WorkingCopy, form: forms.ModelForm[Post]) -> FormState:
    """Put an unsaved text into an empty form; the state in which its author left it."""
    form.initial.update(initial_from_data(form, copy.form_data))
    return FormState(copy.key, copy.turn, copy.edition)
