"""Conflicts in what is chosen beside the text: of two people with a post open, each changes a part, and both are kept.

Texts have versions, which are compared (text_conflicts.py); choices have none. So the form carries what was chosen
when it was opened: what its author left alone is not set back, and they are told what they have overruled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django import forms
from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext as _

from blog.editing.labels import field_label, format_field
from blog.models import Post
from blog.models.discoverable import DISCOVERY_FIELDS
from blog.models.translatable import TRANSLATION_FIELDS
from blog.models.visible import VISIBILITY_FIELDS

# The form's field that carries them.
INITIAL_CHOICES_INPUT = "chosen"
CHOICE_FIELDS = (
    *("authors", "tags", "series", "part", "conversation", "closes_at", "slow_minutes", "is_pinned", "cover"),
    *VISIBILITY_FIELDS,
    *TRANSLATION_FIELDS,
    *DISCOVERY_FIELDS,
)


class OverruledField(NamedTuple):
    """A field that both have changed, and what the other chose, which is not saved."""

    label: str
    theirs: str


def serialize_choices(post: Post) -> str:
    """What is chosen for the post, as a form carries it."""
    return json.dumps({name: to_json_value(getattr(post, name)) for name in CHOICE_FIELDS})


def merge_choices(form: forms.ModelForm[Post], stored: Post) -> Iterator[OverruledField]:
    """Put into the cleaned form what only the other has changed since it was opened; yield what both have changed."""
    began = parse_choices(form.data.get(INITIAL_CHOICES_INPUT, ""))
    for name in CHOICE_FIELDS:
        if name not in began or name not in form.cleaned_data:
            continue
        theirs = getattr(stored, name)
        was, is_now, mine = began[name], to_json_value(theirs), to_json_value(form.cleaned_data[name])
        if is_now in (was, mine):
            continue
        if mine == was:
            form.cleaned_data[name] = theirs.all() if isinstance(theirs, Manager) else theirs
            if name in form.changed_data:
                form.changed_data.remove(name)
        else:
            yield OverruledField(field_label(name), describe_choice(name, theirs))


def parse_choices(text: str) -> dict[str, Any]:
    """What a form carried; nothing if `serialize_choices` has not written it."""
    try:
        began = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return began if isinstance(began, dict) else {}


def to_json_value(value: Any) -> Any:
    """A value for JSON; equal for values that a form shows alike."""
    if isinstance(value, Manager | QuerySet):
        return sorted(row.pk for row in (value.all() if isinstance(value, Manager) else value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.pk if isinstance(value, Model) else value


def describe_choice(name: str, value: Any) -> str:
    """What is chosen in the field `name`, as its form shows it."""
    if isinstance(value, Manager):
        return ", ".join(map(str, value.all()))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if labels := dict(getattr(Post._meta.get_field(name), "choices", None) or ()):
        return str(labels.get(value, value))
    return format_field(name, value)
