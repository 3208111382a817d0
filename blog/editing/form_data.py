"""What is in a form of a post, as typed: taken from what a browser sent, and put into a form again."""

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

# A field with a date and a time is sent as two.
_DATETIME_PART = re.compile(r"_\d$")
# What is compared: what readers read, and the address.
COMPARED_FIELDS = (*TEXT_FIELDS, "slug")
# For these a browser sends nothing when nothing is chosen.
UNSENT_WHEN_EMPTY = (forms.ModelMultipleChoiceField, forms.BooleanField)

# What is stored nowhere as it was typed.
NEVER_STORED = ("password",)

FormData = dict[str, list[str]]


def extract_form_data(fields: Container[str], sent: QueryDict) -> FormData:
    """What was sent for these fields, each as a list of texts, with the choices that the form began from."""
    ours = (
        name
        for name in sent
        if name not in NEVER_STORED
        and (name in fields or _DATETIME_PART.sub("", name) in fields or name == INITIAL_CHOICES_INPUT)
    )
    return {name: [normalize_newlines(strip_unstorable(text)) for text in sent.getlist(name)] for name in ours}


def to_query_dict(form_data: FormData) -> QueryDict:
    """The same as a browser sends it."""
    sent = QueryDict(mutable=True)
    for name, texts in form_data.items():
        sent.setlist(name, texts)
    return sent


def initial_from_data(form: forms.ModelForm[Post], form_data: FormData) -> dict[str, Any]:
    """Initial values with which `form` shows this data; a field that is not in it stays as it is."""
    # Bound to the same post, since that decides which fields there are.
    bound = type(form)(to_query_dict(form_data), instance=form.instance)
    sent = {_DATETIME_PART.sub("", name) for name in form_data} | set(form_data)
    return {
        name: bound[name].data
        for name, field in bound.fields.items()
        if name in sent or isinstance(field, UNSENT_WHEN_EMPTY)
    }


def has_unsaved_changes(form: type[forms.ModelForm[Post]], copy: WorkingCopy, post: Post | None) -> bool:
    """Is anything in the copy that the post (or an empty form) does not have?"""
    if post is None:
        return not copy.is_blank
    return form(to_query_dict(copy.form_data), instance=post).has_changed()


def compare_with_copy(before: Post | None, copy: WorkingCopy) -> list[FieldDifference]:
    """Where the copy differs from the post."""
    return field_differences((name, getattr(before, name, ""), copy.text(name)) for name in COMPARED_FIELDS)
