"""What a form of a post holds, as it was typed: taken out of what a browser sent, and put into a form again."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import normalize_newlines

from blog.editing.field_conflicts import INITIAL_CHOICES_INPUT
from blog.editing.labels import FieldDifference, field_differences
from blog.models import Post, WorkingCopy
from blog.models.version import TEXT_FIELDS
from blog.text.validators import strip_unstorable

# A date and a time of one field come as two.
_DATETIME_PART = re.compile(r"_\d$")
# What is compared: what a reader reads, and the address.
COMPARED_FIELDS = (*TEXT_FIELDS, "slug")
# Of these a browser sends nothing when nothing is chosen.
UNSENT_WHEN_EMPTY = (forms.ModelMultipleChoiceField, forms.BooleanField)

FormData = dict[str, list[str]]


def extract_form_data(fields: Container[str], sent: QueryDict) -> FormData:
    """What was sent for these fields, each as a list of texts, and what the form began from (choices.py)."""
    ours = (
        name
        for name in sent
        if name in fields or _DATETIME_PART.sub("", name) in fields or name == INITIAL_CHOICES_INPUT
    )
    return {name: [normalize_newlines(strip_unstorable(text)) for text in sent.getlist(name)] for name in ours}


def to_query_dict(words: FormData) -> QueryDict:
    """As if a browser had sent these words."""
    sent = QueryDict(mutable=True)
    for name, texts in words.items():
        sent.setlist(name, texts)
    return sent


def initial_from_data(form: forms.ModelForm, words: FormData) -> dict[str, Any]:
    """What to begin `form` with, so that it shows these words; a field they do not speak of stays as it is."""
    bound = type(form)(
        to_query_dict(words), instance=form.instance
    )  # of that post: which fields there are depends on it
    spoken = {_DATETIME_PART.sub("", name) for name in words} | set(words)
    return {
        name: bound[name].data
        for name, field in bound.fields.items()
        if name in spoken or isinstance(field, UNSENT_WHEN_EMPTY)
    }


def has_unsaved_changes(form: type[forms.ModelForm], copy: WorkingCopy, post: Post | None) -> bool:
    """Does the copy hold anything that the post (or an empty form) does not?"""
    if post is None:
        return not copy.is_blank
    return form(to_query_dict(copy.form_data), instance=post).has_changed()


def compare_with_copy(before: Post | None, copy: WorkingCopy) -> list[FieldDifference]:
    """Where the copy says something else than the post."""
    return field_differences((name, getattr(before, name, ""), copy.text(name)) for name in COMPARED_FIELDS)
