"""The fields of a post as the admin shows them: their labels, their values, and how two states differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from blog.diff.compare import DiffRow, collapse_unchanged, compare_texts
from blog.models import Post
from blog.text.datetimes import format_datetime


class FieldDifference(NamedTuple):
    """How two states of a post differ in one field; `rows` are those of blog/diff/compare.py."""

    name: str
    rows: list[DiffRow | int]


def field_label(name: str) -> str:
    """The label of the field `name` in the form."""
    return str(getattr(Post._meta.get_field(name), "verbose_name", name))


def format_field(name: str, value: Any) -> str:
    """The value of the field `name`, as a person reads it."""
    if isinstance(value, datetime.datetime):
        return format_datetime(value)
    return str(Post.Status(value).label) if name == "status" and value in Post.Status else str(value or "")


def field_differences(texts: Iterable[tuple[str, str, str]]) -> list[FieldDifference]:
    """What differs among these: (name of the field, old value, new value)."""
    return [
        FieldDifference(field_label(name), list(collapse_unchanged(compare_texts(old, new))))
        for name, old, new in texts
        if old != new
    ]
