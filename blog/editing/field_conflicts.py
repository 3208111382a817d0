"""What is chosen for a post beside its words: two who have it open at once change each a part, and both parts stand.

Words have versions and are compared (collisions.py); these have none. So the form says what was chosen when it was
opened: what its author left alone is not set back to that, and what he changed against another he is told of.
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

# What a form carries it in.
INITIAL_CHOICES_INPUT = "chosen"
CHOICE_FIELDS = ("authors", "tags", "series", "part", "conversation", "closes_at", "slow_minutes", "is_pinned")


class OverruledField(NamedTuple):
    """A field that both have changed, and what the other chose, which does not stand."""

    label: str
    theirs: str


def serialize_choices(post: Post) -> str:
    """What is chosen for the post, for a form to carry."""
    return json.dumps({name: to_json_value(getattr(post, name)) for name in CHOICE_FIELDS})


def merge_choices(form: forms.ModelForm, stored: Post) -> Iterator[OverruledField]:
    """Take into the checked form what only another has changed since it was opened; yield what both have."""
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
            if name in form.changed_data:  # else he saved it after the post was read for this form
                form.changed_data.remove(name)
        else:
            yield OverruledField(field_label(name), describe_choice(name, theirs))


def parse_choices(text: str) -> dict[str, Any]:
    """What a form carried; nothing for what `chosen` has not written."""
    try:
        began = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return began if isinstance(began, dict) else {}


def to_json_value(value: Any) -> Any:
    """A value as JSON has it, equal for what a form shows alike."""
    if isinstance(value, Manager | QuerySet):
        return sorted(value.values_list("pk", flat=True))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.pk if isinstance(value, Model) else value


def describe_choice(name: str, value: Any) -> str:
    """What is chosen in the field `name`, as its form tells it."""
    if isinstance(value, Manager):
        return ", ".join(map(str, value.all()))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field = Post._meta.get_field(name)
    return (
        str(dict(field.flatchoices).get(value) or format_field(name, value))
        if field.choices
        else format_field(name, value)
    )
