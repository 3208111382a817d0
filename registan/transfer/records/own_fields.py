"""What our exports say beside WordPress's own fields, in one custom field of JSON: what that format has no words for.

Without it a text would come back as Markdown made of HTML, and without its epigraph, its language, its series.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

OWN_META = "_registan"

type OwnFields = Mapping[str, Any]


def parse_own_fields(text: str) -> OwnFields:
    """The fields by name; none for anything that is not such an object. Whoever uses one checks it like any input."""
    if not text:
        return {}
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def own_text(fields: OwnFields, name: str) -> str:
    """The field as text, "" for one that is none."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def own_number(fields: OwnFields, name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def own_moment(fields: OwnFields, name: str) -> datetime.datetime | None:
    """The field as a moment with its zone; None for one that is none."""
    try:
        moment = datetime.datetime.fromisoformat(own_text(fields, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
