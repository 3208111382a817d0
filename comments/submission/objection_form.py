"""Parses an objection to a decision."""

from __future__ import annotations

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy

from blog.text.first_error_form import FirstErrorForm
from blog.text.validators import max_length_validator, validate_storable
from comments.models.objection import MAX_OBJECTION


class ObjectionForm(FirstErrorForm):
    """Why the decision is wrong."""

    words = forms.CharField(
        label=gettext_lazy("Why do you think that we are wrong?"),
        help_text=gettext_lazy("Only moderators see this."),
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-limit": MAX_OBJECTION}),
        error_messages={"required": gettext_lazy("Say why you think that we are wrong.")},
    )

    def clean_words(self) -> str:
        words: str = normalize_newlines(self.cleaned_data["words"])
        max_length_validator(MAX_OBJECTION)(words)
        return words
