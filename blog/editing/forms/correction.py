"""Correction notes: written with a change or with a restored version, and edited by themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelMultipleChoiceField
from blog.editing.forms.markdown import MarkdownForm
from blog.editing.widgets import ShortTextarea
from blog.markup import renderer
from blog.markup.limits import TooCostly
from blog.models import Correction, Post, ReviewNote
from blog.text.validators import validate_storable


class CorrectionField(forms.CharField):
    """A note that tells readers what was corrected, in the Markdown of comments; empty for none."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": gettext_lazy("Correction note"),
            "help_text": gettext_lazy(
                "Say what you corrected. Readers see it under the post, with today’s date, and in feeds. "
                "Leave empty if the change needs no note."
            ),
            "required": False,
            "widget": ShortTextarea(),
            "validators": [validate_storable],
        }
        super().__init__(**defaults | kwargs)

    def clean(self, value: Any) -> str:
        text: str = normalize_newlines(super().clean(value))
        try:
            renderer.render_reader_markdown(text)
        except TooCostly as refusal:
            raise ValidationError(str(refusal)) from refusal
        return text


class ThanksField(ModelMultipleChoiceField):
    """Whom a correction note thanks: the notes made of what readers said, of which the form sets the `queryset`."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": gettext_lazy("Thanks"),
            "help_text": gettext_lazy("The correction says so to readers, and the note is resolved."),
            "required": False,
            "queryset": ReviewNote.objects.none(),
            "widget": forms.CheckboxSelectMultiple(attrs={"data-fresh": ""}),
        }
        super().__init__(**defaults | kwargs)

    def label_from_instance(self, note: Any) -> str:
        words = format_html(_("Thank {name} for pointing this out"), name=format_html("<bdi>{}</bdi>", note.said_by))
        return format_html("<span>{}</span>", words)  # one part of the label, which is laid out in parts


class RestoreForm(forms.Form):
    """Asks for a version to be restored, if the post is still at the `edition` that was shown."""

    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    correction = CorrectionField()

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not post.was_public:
            del self.fields["correction"]


class CorrectionForm(MarkdownForm):
    class Meta:
        model = Correction
        fields = ["text"]
        widgets = {"text": ShortTextarea()}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise ValidationError(_("Write something, or delete the note."), code="required")
        return text
