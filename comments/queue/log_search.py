"""What one may ask the record: a form whose every field narrows it, and what the database does about each."""

from __future__ import annotations

import datetime
from functools import reduce
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from blog.text.datetimes import local_midnight
from blog.text.display_names import display_name
from blog.text.validators import is_pk
from comments.models import Decision, Finding, Reader, Rule
from comments.status import Status, Via

ANY = [("", _("any"))]
THE_SITE = "site"
KEY_OPTIONS = {"min_value": 1, "max_value": 10**18 - 1, "required": False, "widget": forms.HiddenInput}
DAY_VALIDATORS = [MinValueValidator(datetime.date(1990, 1, 1)), MaxValueValidator(datetime.date(2990, 1, 1))]
# Asked of an index; all else is looked for in a bounded stretch of the record.
INDEXED = {"by", "rule", "reader", "comment", "batch", "since", "until", "before", "skip"}


class DayInput(forms.DateInput):
    """A calendar; for what was asked in the address and is no day, a line of text that shows it."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "date" if is_iso_day(context["widget"]["value"]) else "text"
        return context


def is_iso_day(text: str | None) -> bool:
    """Is it one, or nothing at all?"""
    try:
        return not text or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def day_field(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, validators=DAY_VALIDATORS, widget=DayInput(format="%Y-%m-%d"))


class LogSearchForm(forms.Form):
    """Any of these, or none. `before` and `skip` say where the page before this one ended."""

    q = forms.CharField(label=_("Words of the comment or its writer's name"), required=False, max_length=100)
    by = forms.ChoiceField(label=_("Decided by"), required=False)
    via = forms.ChoiceField(label=_("How"), required=False, choices=[*ANY, *Via.choices])
    was = forms.ChoiceField(label=_("It was"), required=False, choices=[*ANY, ("new", _("new")), *Status.choices])
    became = forms.ChoiceField(label=_("It became"), required=False, choices=[*ANY, *Status.choices])
    reason = forms.CharField(label=_("Reason or note"), required=False, max_length=100)
    rule = forms.ModelChoiceField(Rule.objects.order_by("kind", "pattern"), label=_("Rule"), required=False)
    reader = forms.CharField(label=_("Reader's address"), required=False, max_length=254)
    since = day_field(_("From"))
    until = day_field(_("To"))
    comment = forms.IntegerField(**KEY_OPTIONS)
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(**KEY_OPTIONS)
    skip = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        users = get_user_model().objects.filter(Exists(Decision.objects.filter(by=OuterRef("pk")))).order_by("username")
        people = [(str(one.pk), display_name(one)) for one in users]
        self.fields["by"].choices = [*ANY, (THE_SITE, _("the site, or a reader")), *people]
        self.fields["rule"].empty_label = _("any")

    def clean_reader(self) -> Reader | None:
        """By address, or by number from the reader's own page."""
        text = self.cleaned_data["reader"].strip()
        if not text:
            return None
        if reader := Reader.objects.filter(Q(pk=int(text)) if is_pk(text) else Q(email=text.casefold())).first():
            return reader
        raise ValidationError(_("No reader has this address."))

    def clean_skip(self) -> list[UUID]:
        try:
            return [UUID(one) for one in self.cleaned_data["skip"].split()]
        except ValueError:
            raise ValidationError(_("There is no such page.")) from None

    @property
    def filled(self) -> dict[str, Any]:
        """The fields that were filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_filtered(self) -> bool:
        """Is anything asked that its visitor sees in the form?"""
        return self.is_valid() and bool(self.filled.keys() - {"before", "skip", "batch", "comment"})

    @property
    def has_broken_link(self) -> bool:
        """Did somebody change what only our own links fill in?"""
        return any(field.errors for field in self.hidden_fields())

    @property
    def needs_scan(self) -> bool:
        """Is anything asked that no index answers?"""
        return bool(self.filled.keys() - INDEXED) or self.filled.get("by") == THE_SITE

    def indexed_rows(self) -> QuerySet[Decision]:
        """What the indexes find, newest first."""
        found = Decision.objects.order_by("-id")
        return reduce(lambda rows, name: rows.filter(self.condition(name)), self.filled.keys() & INDEXED, found)

    def filter_unindexed(self, scope: QuerySet[Decision]) -> QuerySet[Decision]:
        return reduce(lambda rows, name: rows.filter(self.condition(name)), self.filled.keys() - INDEXED, scope)

    def condition(self, name: str) -> Q:
        value = self.filled[name]
        return {
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
        }.get(name, lambda: Q(**{name: value}))()

    def query(self, *, before: int, skip: list[UUID]) -> str:
        """This search as the query of an address, from the decision below `before` on."""
        asked = {name: self.data[name] for name in self.filled if name not in {"before", "skip"}}
        place = {"before": before, "skip": " ".join(map(str, skip))}
        return urlencode({**asked, **{name: value for name, value in place.items() if value}})
