"""The search of the decision log: a form whose every field narrows it, and the queries that it makes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blog.text.datetimes import local_midnight
from blog.text.display_names import display_name
from blog.text.validators import is_pk
from comments.models import Decision, Finding, Reader, Rule
from comments.status import Status, Via

ANY = [("", _("any"))]
THE_SITE = "site"
DAY_VALIDATORS: list[Callable[[Any], None]] = [
    MinValueValidator(datetime.date(1990, 1, 1)),
    MaxValueValidator(datetime.date(2990, 1, 1)),
]
# Fields that an index answers; the others scan a limited number of decisions.
INDEXED = {"by", "rule", "reader", "comment", "batch", "since", "until", "before", "skip"}


class DayInput(forms.DateInput):
    """A date picker; or a text field, when the query string holds something that is no date."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "date" if is_iso_day(context["widget"]["value"]) else "text"
        return context


def is_iso_day(text: str | None) -> bool:
    """Is it a date, or empty?"""
    try:
        return not text or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


class DayField(forms.DateField):
    widget = DayInput
    default_validators = DAY_VALIDATORS


def key_field() -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=10**18 - 1, required=False, widget=forms.HiddenInput)


def decider_choices() -> Iterator[tuple[str, str | Promise]]:
    """The site, and everyone who has decided on a comment."""
    users = get_user_model().objects.filter(Exists(Decision.objects.filter(by=OuterRef("pk")))).order_by("username")
    yield from ANY
    yield THE_SITE, _("the site, or a reader")
    yield from ((str(user.pk), display_name(user)) for user in users)


class LogSearchForm(forms.Form):
    """Every field may be empty. `before` and `skip` say where the page before this one ended."""

    use_required_attribute = False

    q = forms.CharField(label=_("Text of the comment, or the commenter’s name"), required=False, max_length=100)
    by = forms.ChoiceField(label=_("Decided by"), required=False, choices=decider_choices)
    via = forms.ChoiceField(label=_("Decided through"), required=False, choices=[*ANY, *Via.choices])
    was = forms.ChoiceField(
        label=_("Status before"), required=False, choices=[*ANY, ("new", _("new")), *Status.choices]
    )
    became = forms.ChoiceField(label=_("Status after"), required=False, choices=[*ANY, *Status.choices])
    reason = forms.CharField(label=_("Reason or note"), required=False, max_length=100)
    rule = forms.ModelChoiceField(
        Rule.objects.order_by("kind", "pattern"), label=_("Rule"), required=False, empty_label=_("any")
    )
    reader = forms.CharField(label=_("Reader’s email"), required=False, max_length=254)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    comment = key_field()
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = key_field()
    skip = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def clean_reader(self) -> Reader | None:
        """By email, or by number from the reader's page in the admin."""
        text = self.cleaned_data["reader"].strip()
        if not text:
            return None
        if reader := Reader.objects.filter(Q(pk=int(text)) if is_pk(text) else Q(email=text.casefold())).first():
            return reader
        raise ValidationError(_("No reader has this email address. Check the spelling."))

    def clean_skip(self) -> list[UUID]:
        try:
            return [UUID(text) for text in self.cleaned_data["skip"].split()]
        except ValueError:
            raise ValidationError(_("There is no such page.")) from None

    @property
    def filled(self) -> dict[str, Any]:
        """The fields that were filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_filtered(self) -> bool:
        """Is a field filled in that the form shows?"""
        return self.is_valid() and bool(self.filled.keys() - {"before", "skip", "batch", "comment"})

    @property
    def has_broken_link(self) -> bool:
        """Is a field wrong that only our own links fill in?"""
        return any(field.errors for field in self.hidden_fields())

    @property
    def needs_scan(self) -> bool:
        """Is a field filled in that no index answers?"""
        return bool(self.filled.keys() - INDEXED) or self.filled.get("by") == THE_SITE

    def indexed_rows(self) -> QuerySet[Decision]:
        """What the indexes find, newest first."""
        decisions = Decision.objects.order_by("-id")
        return reduce(lambda rows, name: rows.filter(self.condition(name)), self.filled.keys() & INDEXED, decisions)

    def filter_unindexed(self, scope: QuerySet[Decision]) -> QuerySet[Decision]:
        return reduce(lambda rows, name: rows.filter(self.condition(name)), self.filled.keys() - INDEXED, scope)

    def condition(self, name: str) -> Q:
        value = self.filled[name]
        conditions: dict[str, Callable[[], Q]] = {
            "q": lambda: Q(comment__name__icontains=value) | Q(comment__body__icontains=value),
            "by": lambda: Q(by=None) if value == THE_SITE else Q(by=int(value)),
            "was": lambda: Q(from_status="" if value == "new" else value),
            "became": lambda: Q(to_status=value),
            "reason": lambda: Q(reason__icontains=value) | Q(note__icontains=value),
            "rule": lambda: Q(comment__in=Finding.objects.filter(rule=value).values("comment")),
            "reader": lambda: Q(comment__reader=value),
            "since": lambda: Q(at__gte=local_midnight(value)),
            "until": lambda: Q(at__lt=local_midnight(value + datetime.timedelta(days=1))),
            "before": lambda: Q(pk__lt=value),
            "skip": lambda: ~Q(batch__in=value),
        }
        return conditions[name]() if name in conditions else Q(**{name: value})

    def query(self, *, before: int, skip: list[UUID]) -> str:
        """This search as a query string, continued below the decision `before`."""
        kept = {name: self.data[name] for name in self.filled if name not in {"before", "skip"}}
        position = {"before": before, "skip": " ".join(map(str, skip))}
        return urlencode({**kept, **{name: value for name, value in position.items() if value}})
