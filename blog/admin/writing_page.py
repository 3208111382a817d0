"""The page on which a post is written: its groups of fields, and what it says after saving."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise


def folded(name: Promise, fields: list[Any]) -> tuple[Promise, dict[str, Any]]:
    """A group of fields that is folded until somebody opens it, or a field in it has an error."""
    return name, {"fields": fields, "classes": ["collapse"]}
