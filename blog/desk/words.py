"""What a form of a post holds, as it was typed: taken out of what a browser sent, and put into a form again."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from django import forms
from django.http import QueryDict

from blog.desk.choices import CHOSEN
from blog.desk.fields import Part, differing
from blog.models import Post, WorkingCopy
from blog.models.version import TEXT
from blog.text import normal_newlines, plain

# A date and a time of one field come as two.
_PART = re.compile(r"_\d$")
# What is compared: what a reader reads, and the address.
COMPARED = (*TEXT, "slug")
# Of these a browser sends nothing when nothing is chosen.
SILENT = (forms.ModelMultipleChoiceField, forms.BooleanField)

Words = dict[str, list[str]]


def words_of(fields: Container[str], sent: QueryDict) -> Words:
    """What was sent for these fields, each as a list of texts, and what the form began from (choices.py)."""
    ours = (name for name in sent if name in fields or _PART.sub("", name) in fields or name == CHOSEN)
    return {name: [normal_newlines(plain(text)) for text in sent.getlist(name)] for name in ours}


def sent_as(words: Words) -> QueryDict:
    """As if a browser had sent these words."""
    sent = QueryDict(mutable=True)
    for name, texts in words.items():
        sent.setlist(name, texts)
    return sent


def initial(form: forms.ModelForm, words: Words) -> dict[str, Any]:
    """What to begin `form` with, so that it shows these words; a field they do not speak of stays as it is."""
    bound = type(form)(sent_as(words), instance=form.instance)  # of that post: which fields there are depends on it
    spoken = {_PART.sub("", name) for name in words} | set(words)
    return {
        name: bound[name].data for name, field in bound.fields.items() if name in spoken or isinstance(field, SILENT)
    }


def is_unsaved(form: type[forms.ModelForm], copy: WorkingCopy, post: Post | None) -> bool:
    """Does the copy hold anything that the post (or an empty form) does not?"""
    if post is None:
        return not copy.is_blank
    return form(sent_as(copy.words), instance=post).has_changed()


def compared(before: Post | None, copy: WorkingCopy) -> list[Part]:
    """Where the copy says something else than the post."""
    return differing((name, getattr(before, name, ""), copy.text(name)) for name in COMPARED)
