"""Parses a reader's report of a comment."""

from __future__ import annotations

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy

from blog.text.first_error_form import FirstErrorForm
from blog.text.validators import max_length_validator, validate_storable
from comments.models import Report

# Characters of explanation: a paragraph.
MAX_EXPLANATION = 500


class ReportForm(FirstErrorForm):
    """What is wrong with a comment."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong with it.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("Only moderators see this."),
        required=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "data-limit": MAX_EXPLANATION}),
    )

    def clean_words(self) -> str:
        words: str = normalize_newlines(self.cleaned_data["words"])
        max_length_validator(MAX_EXPLANATION)(words)
        return words
