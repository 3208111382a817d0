"""What a button of the queue and the fields beside it send."""

from __future__ import annotations

import uuid
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.markup import renderer
from blog.markup.limits import TooCostly
from blog.text.validators import (
    has_visible_text,
    is_pk,
    max_length_validator,
    validate_single_line,
    validate_storable,
)
from comments.models import Reason, SavedReply
from comments.models.reader_note import MAX_NOTE
from comments.status import Status, Via

# The columns of a decision, and the reason shown under an edited comment.
MAX_LINE = 250


class QueueActionForm(forms.Form):
    """An action with everything that may belong to it; fields of other actions are ignored, but never lost.

    `decision` is a verb, or a verb and a comment's number; without the number it applies to the selected `comment`s, or
    to the comment in whose `row` the button is.
    `state` is the status that the moderator saw; None applies to all that are reported, in any status. Those among the
    `published` were published when the moderator saw them. `via`: the page with the button.
    """

    note = forms.CharField(label=gettext_lazy("Note"), required=False)
    why = forms.CharField(label=gettext_lazy("Reason for the edit"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False)
    saved = forms.CharField(label=gettext_lazy("Saved reply"), required=False)
    assignee = forms.CharField(label=gettext_lazy("Who is to decide"), required=False)
    about = forms.CharField(
        label=gettext_lazy("Note on this reader"),
        required=False,
        validators=[validate_storable, max_length_validator(MAX_NOTE)],
    )
    answer = forms.CharField(label=gettext_lazy("Reply"), required=False, strip=False, validators=[validate_storable])
    words = forms.CharField(label=gettext_lazy("Text"), required=False, strip=False, validators=[validate_storable])

    def __init__(self, data: MultiValueDict[str, str], *, via: Via = Via.DESK) -> None:
        super().__init__(data)
        self.via = via
        self.verb, _colon, self.object = data.get("decision", "").partition(":")
        self.object = self.object or data.get("row", "")
        texts = [self.object] if self.object else data.getlist("comment")
        self.ids = {int(text) for text in texts if is_pk(text)}
        self.published = {int(text) for text in data.getlist("published") if is_pk(text)}
        state = data.get("state", "")
        self.state = None if state == "reported" else Status(state) if state in Status.values else Status.PENDING
        version = data.get("version", "")
        self.version = int(version) if is_pk(version) else None

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    def clean_why(self) -> str:
        return clean_line(self.cleaned_data["why"])

    def clean_reason(self) -> str:
        """A reason from the list, by its number or its words; only a removal has one."""
        text = self.cleaned_data["reason"]
        if not text or self.verb != "remove":
            return ""
        if reason := Reason.objects.find(text):
            return reason.words
        raise ValidationError(_("This reason is no longer on the list. Choose another."))

    def clean_saved(self) -> str:
        """The text of a saved reply, which is asked for by its number."""
        text = self.cleaned_data["saved"]
        if not text or self.verb not in {"insert", "answer"}:
            return ""
        if reply := SavedReply.objects.find(text):
            return reply.text
        raise ValidationError(_("This saved reply is no longer on the list. Choose another."))

    def clean_answer(self) -> str:
        """What was typed; or a saved reply that was chosen and sent without a word."""
        if self.verb == "answer" and not has_visible_text(self.cleaned_data["answer"]):
            return clean_comment_text(self.cleaned_data.get("saved", ""), wanted=True)
        return clean_comment_text(self.cleaned_data["answer"], wanted=self.verb == "answer")

    def clean_words(self) -> str:
        return clean_comment_text(self.cleaned_data["words"], wanted=self.verb in {"edit", "edit-approve"})

    def insert_saved(self) -> None:
        """Put the saved reply below what was typed, for the page that shows the form again."""
        parts = (self.cleaned_data["answer"].rstrip(), self.cleaned_data["saved"])
        data = cast("MultiValueDict[str, str]", self.data).copy()
        data["answer"] = "\n\n".join(filter(None, parts))
        self.data = data

    def complaints(self) -> list[str]:
        """What is wrong, a sentence for each field."""
        return [f"{self.fields[name].label}: {error}" for name, errors in self.errors.items() for error in errors]


def clean_line(text: str) -> str:
    """`text` as one line; ValidationError when it does not fit its column."""
    text = " ".join(text.split())
    validate_single_line(text)
    max_length_validator(MAX_LINE)(text)
    return text


def clean_comment_text(text: str, *, wanted: bool) -> str:
    """The text of a comment as it is stored; ValidationError when it is `wanted` and cannot be stored."""
    text = normalize_newlines(text)
    if not wanted:
        return text
    if not has_visible_text(text):
        raise ValidationError(_("Write a comment first."))
    max_length_validator(renderer.READER_LIMIT)(text)
    try:
        renderer.render_reader_markdown(text)
    except TooCostly as error:
        raise ValidationError(str(error)) from None
    return text


def parse_batch_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
