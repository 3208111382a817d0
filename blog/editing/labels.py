"""The fields of a post as the desk tells them: what each is called, what stands in it, and how two states differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from blog.diff.compare import DiffRow, collapse_unchanged, compare_texts
from blog.models import Post
from blog.text.datetimes import format_datetime


class FieldDifference(NamedTuple):
    """What two states of a post have different in one field; `rows` as blog/diff/compare.py makes them."""

    name: str
    rows: list[DiffRow | int]


def field_label(name: str) -> str:
    """What the form calls the field `name`."""
    return str(Post._meta.get_field(name).verbose_name)


def format_field(name: str, value: Any) -> str:
    """What stands in the field `name`, as a person reads it."""
    if isinstance(value, datetime.datetime):
        return format_datetime(value)
    return str(Post.Status(value).label) if name == "status" and value in Post.Status else str(value or "")


def field_differences(texts: Iterable[tuple[str, str, str]]) -> list[FieldDifference]:
    """All that differs in these: the name of a field, what stood in it, and what stands in it."""
    return [
        FieldDifference(field_label(name), list(collapse_unchanged(compare_texts(old, new))))
        for name, old, new in texts
        if old != new
    ]
