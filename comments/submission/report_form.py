"""A reader's report: its form, who counts as one sender, and how fast he may send them."""

from __future__ import annotations

import datetime
import hmac

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.text.validators import normalize_newlines, validate_storable
from comments.models import Reader, Report
from comments.readers import session
from comments.submission.comment_form import max_length_validator
from comments.web.client_ip import client_ip, home_network, neighbourhood_network

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


def request_sender_hash(request: HttpRequest) -> str:
    """The same for one reader's browser with his pass, or else for one home."""
    reader = session.reader_from_request(request)
    return reader_sender_hash(reader) if reader else keyed_hash(f"home {home_network(client_ip(request))}")


def reader_sender_hash(reader: Reader) -> str:
    """The name under which the reports that came with his pass are stored."""
    return keyed_hash(f"reader {reader.pk}")


def request_neighbourhood_hash(request: HttpRequest) -> str:
    """The same for everybody around him, pass or not."""
    return keyed_hash(f"neighbourhood {neighbourhood_network(client_ip(request))}")


def keyed_hash(who: str) -> str:
    """Keyed, so that it names nobody."""
    return hmac.new(settings.SECRET_KEY.encode(), b"report\0" + who.encode(), "sha256").hexdigest()


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
