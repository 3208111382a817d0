"""The fields of a post as the desk tells them: what each is called, what stands in it, and how two states differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from blog.differences import Row, compare, folded
from blog.models import Post
from blog.moments import told


class Part(NamedTuple):
    """What two states of a post have different in one field; `rows` as blog/differences.py makes them."""

    name: str
    rows: list[Row | int]


def label(name: str) -> str:
    """What the form calls the field `name`."""
    return str(Post._meta.get_field(name).verbose_name)


def shown(name: str, value: Any) -> str:
    """What stands in the field `name`, as a person reads it."""
    if isinstance(value, datetime.datetime):
        return told(value)
    return str(Post.Status(value).label) if name == "status" and value in Post.Status else str(value or "")


def differing(texts: Iterable[tuple[str, str, str]]) -> list[Part]:
    """All that differs in these: the name of a field, what stood in it, and what stands in it."""
    return [Part(label(name), list(folded(compare(old, new)))) for name, old, new in texts if old != new]
