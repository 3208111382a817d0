"""What a button of the queue and the fields around it send."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from blog.markup import renderer
from blog.text.validators import has_visible_text, is_pk, validate_single_line, validate_storable
from comments.models import Reason
from comments.status import Status

# The columns of the record, and the line under an edited comment.
MAX_LINE = 250


class QueueActionForm(forms.Form):
    """A decision with all that may go with it; a field that does not belong to it is ignored, but never lost.

    `decision` is a verb, or a verb and a comment's number; without the number it stands for the chosen `comment`s.
    `state` is what the comments were when their moderator saw them; None for all that are reported, in any state.
    """

    note = forms.CharField(required=False)
    why = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    answer = forms.CharField(required=False, strip=False, validators=[validate_storable])
    words = forms.CharField(required=False, strip=False, validators=[validate_storable])

    def __init__(self, data) -> None:
        super().__init__(data)
        self.verb, _colon, self.object = data.get("decision", "").partition(":")
        texts = [self.object] if self.object else data.getlist("comment")
        self.ids = {int(text) for text in texts if is_pk(text)}
        state = data.get("state", "")
        self.state = None if state == "reported" else Status(state) if state in Status.values else Status.PENDING
        self.version = int(data["version"]) if is_pk(data.get("version", "")) else None

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"], _("A note"))

    def clean_why(self) -> str:
        return clean_line(self.cleaned_data["why"], _("A line under a comment"))

    def clean_reason(self) -> str:
        """A reason from the list, given by its number or its words; told only of a removal."""
        text = self.cleaned_data["reason"]
        if not text or self.verb != "remove":
            return ""
        if reason := Reason.objects.find(text):
            return reason.words
        raise ValidationError(_("This reason is not on the list any more. Choose another."))

    def clean_answer(self) -> str:
        return clean_comment_text(self.cleaned_data["answer"], wanted=self.verb == "answer")

    def clean_words(self) -> str:
        return clean_comment_text(self.cleaned_data["words"], wanted=self.verb in {"edit", "edit-approve"})

    def complaints(self) -> list[str]:
        """What is wrong, a sentence each."""
        return [sentence for errors in self.errors.values() for sentence in errors]


def clean_line(text: str, what: str) -> str:
    """`text` as one line; ValidationError when the column does not hold it."""
    text = " ".join(text.split())
    validate_single_line(text)
    if len(text) > MAX_LINE:
        sizes = {"what": what, "limit": MAX_LINE, "length": len(text)}
        raise ValidationError(_("%(what)s holds %(limit)d characters, this one has %(length)d.") % sizes)
    return text


def clean_comment_text(text: str, *, wanted: bool) -> str:
    """A comment's text as it is stored; ValidationError where it is wanted and cannot be."""
    text = normalize_newlines(text)
    if not wanted:
        return text
    if not has_visible_text(text):
        raise ValidationError(_("Write something first."))
    if len(text) > renderer.READER_LIMIT:
        sizes = {"limit": renderer.READER_LIMIT, "length": len(text)}
        raise ValidationError(_("A comment holds %(limit)d characters, this one has %(length)d.") % sizes)
    try:
        renderer.render_reader_markdown(text)
    except renderer.TooCostly as error:
        raise ValidationError(str(error)) from None
    return text
