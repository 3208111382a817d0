"""Notes on a post: the fields in its form, and the forms on the page of its notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import Media
from django.forms.widgets import Script
from django.http import QueryDict
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.diff.passage import find_passage
from blog.editing.widgets import ShortTextarea
from blog.models import Post, ReviewNote
from blog.models.review import MAX_NOTE_LENGTH, MAX_PASSAGE_LENGTH
from blog.text.validators import validate_storable


class PassageTextarea(ShortTextarea):
    """Where the words of a passage are copied to; a script takes them from the selection in the text."""

    @property
    def media(self) -> Media:
        script: Any = Script("js/notes.js", type="module")  # unknown to the stubs
        return super().media + Media(css={"all": ["css/notes.css"]}, js=[script])


class NoteTextField(forms.CharField):
    """What a note or a reply says."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {
            "max_length": MAX_NOTE_LENGTH,
            "validators": [validate_storable],
            "widget": ShortTextarea(),
        }
        super().__init__(**defaults | options)


class PassageForm(forms.Form):
    """The fields of a note on a text: what it says, the words it is about, and about where these are.

    A form with these fields calls `clean_passage` with the text, and `save_note` when the text is stored.
    """

    review_note = NoteTextField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("For the authors and editors of this post. Readers never see it."),
        required=False,
    )
    note_words = forms.CharField(
        label=gettext_lazy("About these words"),
        help_text=gettext_lazy("Copy them from the text. Leave empty for a note on the whole post."),
        required=False,
        max_length=MAX_PASSAGE_LENGTH,
        validators=[validate_storable],
        widget=PassageTextarea(),
    )
    note_near = forms.IntegerField(
        label=gettext_lazy("Position in the text"), required=False, min_value=0, widget=forms.HiddenInput
    )

    def clean_note_words(self) -> str:
        words: str = normalize_newlines(self.cleaned_data["note_words"])
        return words

    def clean_passage(self, body: str) -> None:
        """Refuse words without a note, and words that `body` does not have."""
        data = self.cleaned_data
        if not (words := data.get("note_words", "")) or "review_note" not in data:
            return
        if not data["review_note"]:
            self.add_error("review_note", ValidationError(_("Write the note on these words."), code="required"))
        elif find_passage(body, words) is None:
            message = _("The text does not have these words. Copy them from the text as it is typed, with its signs.")
            self.add_error("note_words", ValidationError(message, code="invalid"))

    def save_note(self, post: Post, *, by: User) -> None:
        """Store the note, if one was written; `post` is stored and locked."""
        data = self.cleaned_data
        if text := data.get("review_note"):
            words, near = data.get("note_words", ""), data.get("note_near") or 0
            ReviewNote.objects.write(post, text, by=by, words=words, near=near)


class NoteForm(PassageForm):
    """A note on a stored post."""

    def __init__(self, data: QueryDict | None = None, *, post: Post) -> None:
        super().__init__(data)
        self.post = post
        self.fields["review_note"].required = True

    def clean(self) -> dict[str, object]:
        super().clean()
        self.clean_passage(self.post.body)
        return self.cleaned_data


class ReplyForm(forms.Form):
    """A reply to a note."""

    reply = NoteTextField(label=gettext_lazy("Reply"))
