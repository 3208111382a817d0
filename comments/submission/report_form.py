"""A reader's report: its form, who counts as one sender, and how fast he may send them."""

from __future__ import annotations

import datetime

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy

from blog.text.validators import max_length_validator, validate_storable
from comments.models import Report

# Reports of one sender in an hour: whoever reads a long thread attentively, and not a machine.
REPORTS_AN_HOUR = 20
# The same for a /24 or /48: a street of such readers, or one person who hires all its houses.
NEARBY_REPORTS_AN_HOUR = 40
HOUR = datetime.timedelta(hours=1)
# Characters of explanation: a paragraph.
MAX_EXPLANATION = 500


class ReportForm(forms.Form):
    """Why a comment ought not to stand."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong with it.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("For the moderators alone."),
        required=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "data-limit": MAX_EXPLANATION}),
    )

    def clean_words(self) -> str:
        words = normalize_newlines(self.cleaned_data["words"])
        max_length_validator(MAX_EXPLANATION)(words)
        return words


def seconds_until_report_allowed(*, sender: str, neighbourhood: str) -> int:
    """Seconds until this sender may report again; 0 when he, and those around him, may now."""
    own, nearby = Report.objects.filter(sender=sender), Report.objects.filter(neighbourhood=neighbourhood)
    return max(
        seconds_until_fewer_reports(own, REPORTS_AN_HOUR), seconds_until_fewer_reports(nearby, NEARBY_REPORTS_AN_HOUR)
    )


def seconds_until_fewer_reports(reports: QuerySet[Report], count: int) -> int:
    """Seconds until fewer than `count` of these are younger than an hour."""
    now = timezone.now()
    recent = reports.filter(at__gt=now - HOUR).order_by("-at").values_list("at", flat=True)
    oldest_that_counts = next(iter(recent[count - 1 : count]), None)
    return 0 if oldest_that_counts is None else int((oldest_that_counts + HOUR - now).total_seconds()) + 1
