"""Parses a reader's report of a comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.first_error_form import FirstErrorForm
from blog.text.validators import (
    max_length_validator,
    validate_plain_email,
    validate_single_line,
    validate_storable,
)
from comments.models import Report

# Characters of explanation: a paragraph.
MAX_EXPLANATION = 500
MAX_LAW, MAX_NAME = 200, 80


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

    law = forms.CharField(
        label=gettext_lazy("Which law does it break, and how?"),
        help_text=gettext_lazy("Only if it breaks the law."),
        required=False,
        validators=[validate_storable, max_length_validator(MAX_LAW)],
    )
    good_faith = forms.BooleanField(
        label=gettext_lazy("I believe in good faith that what I say here is true and complete."), required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        help_text=gettext_lazy("If you leave it, we confirm your report and tell you the outcome: two emails."),
        required=False,
        max_length=None,
        validators=[validate_storable, max_length_validator(254), validate_plain_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Never public. We keep it with your email address only."),
        required=False,
        validators=[validate_single_line, max_length_validator(MAX_NAME)],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean(self) -> dict[str, Any]:
        """What the law of the European Union wants to be told before a comment is held to be against the law."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == Report.Kind.UNLAWFUL:
            if not data.get("law") and "law" not in self.errors:
                self.add_error("law", _("Say which law it breaks, and how."))
            if not data.get("good_faith"):
                self.add_error("good_faith", _("Say that you believe what you say: we may have to act on it."))
        return data

    def clean_words(self) -> str:
        words: str = normalize_newlines(self.cleaned_data["words"])
        max_length_validator(MAX_EXPLANATION)(words)
        return words
