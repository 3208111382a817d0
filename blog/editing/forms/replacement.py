"""The forms of find and replace: what to look for and where, and which of the places found to replace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.diff.word_search import WordSearch
from blog.editing.forms.correction import CorrectionField
from blog.editing.labels import field_label
from blog.editing.text_changes import ABOVE_ALL, MAX_SHOWN_TEXTS
from blog.models.version import TEXT_FIELDS
from blog.text.validators import is_pk, validate_storable

# Characters of what is looked for, and of what replaces it: a sentence, a paragraph.
MAX_FIND_LENGTH, MAX_REPLACEMENT_LENGTH = 500, 2_000
KINDS = ("post", "page")


class ReplacementForm(forms.Form):
    """What to look for, what to put there, and where: in everything, in `chosen` posts, or in those of a list."""

    find = forms.CharField(
        label=gettext_lazy("Find"),
        strip=False,
        max_length=MAX_FIND_LENGTH,
        validators=[validate_storable],
        help_text=gettext_lazy("As it is typed, with its Markdown: also in addresses of links and names of images."),
    )
    words = forms.CharField(
        label=gettext_lazy("Replace with"),
        strip=False,
        required=False,
        max_length=MAX_REPLACEMENT_LENGTH,
        validators=[validate_storable],
        help_text=gettext_lazy("Leave empty to delete what is found."),
    )
    whole_words = forms.BooleanField(label=gettext_lazy("Whole words only"), required=False)
    match_case = forms.BooleanField(label=gettext_lazy("Match case"), required=False)
    where = forms.MultipleChoiceField(
        label=gettext_lazy("Where"), widget=forms.CheckboxSelectMultiple, initial=[*TEXT_FIELDS]
    )
    in_pages = forms.BooleanField(label=gettext_lazy("Standing pages too"), required=False, initial=True)
    chosen = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    listed = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_change_pages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where: Any = self.fields["where"]
        where.choices = [(name, field_label(name).capitalize()) for name in TEXT_FIELDS]
        self.chosen_ids = [int(pk) for pk in (self["chosen"].value() or "").split(",") if is_pk(pk)]
        self.list_query: str = self["listed"].value() or ""
        if self.chosen_ids or self.list_query or not may_change_pages:
            del self.fields["in_pages"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("find") and data["find"] == data.get("words"):
            raise ValidationError(_("Both are the same: nothing would change."))
        return data

    @property
    def search(self) -> WordSearch:
        data = self.cleaned_data
        return WordSearch(data["find"], whole_words=data["whole_words"], match_case=data["match_case"])


class PlacesForm(forms.Form):
    """What is sent from a page of places: the texts that it shows as they were, and the places that are ticked.

    It began at `below` and `rest`; the next page begins at `next_below` and `next_rest`. See `Findings`.
    `texts` is {(kind, id): mark}, and `places` {(kind, id): {(field, start)}}; what is not ours is left out.
    """

    below = forms.IntegerField(required=False, min_value=0, max_value=ABOVE_ALL)
    rest = forms.IntegerField(required=False, min_value=0, max_value=ABOVE_ALL)
    next_below = forms.IntegerField(required=False, min_value=0, max_value=ABOVE_ALL)
    next_rest = forms.IntegerField(required=False, min_value=0, max_value=ABOVE_ALL)
    correction = CorrectionField(
        label=gettext_lazy("Correction note for readers"),
        help_text=gettext_lazy(
            "Shown under each of these posts that was ever published, with today’s date, and in feeds. "
            "Leave empty if the change needs no note."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: Any = self.data
        self.texts: dict[tuple[str, int], str] = {}
        self.places: dict[tuple[str, int], set[tuple[str, int]]] = {}
        for value in data.getlist("text")[:MAX_SHOWN_TEXTS]:
            kind, pk, mark = [*value.split(":"), "", ""][:3]
            if kind in KINDS and is_pk(pk):
                self.texts[kind, int(pk)] = mark
        for value in data.getlist("place"):
            kind, pk, name, start = [*value.split(":"), "", "", ""][:4]
            if is_pk(pk) and is_pk(start) and (kind, int(pk)) in self.texts:
                self.places.setdefault((kind, int(pk)), set()).add((name, int(start)))
        return self.cleaned_data
