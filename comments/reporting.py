"""A reader's report: its form, who counts as one sender, and how fast he may send them."""

from __future__ import annotations

import datetime
import hmac

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.text import normal_newlines, storable
from comments import passes
from comments.forms import at_most
from comments.models import Report
from comments.network import client_address, home

# Reports of one sender in an hour: whoever reads a long thread attentively, and not a machine.
AN_HOUR = 20
HOUR = datetime.timedelta(hours=1)
# Characters of explanation: a paragraph.
WORDS = 500


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
        validators=[storable],
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def clean_words(self) -> str:
        words = normal_newlines(self.cleaned_data["words"])
        at_most(WORDS)(words)
        return words


def sender_of(request: HttpRequest) -> str:
    """The same for one reader's browser with his pass, or else for one home; keyed, so that it names nobody."""
    reader = passes.reader_of(request)
    who = f"reader {reader.pk}" if reader else f"home {home(client_address(request))}"
    return hmac.new(settings.SECRET_KEY.encode(), b"report\0" + who.encode(), "sha256").hexdigest()


def wait_for(sender: str) -> int:
    """Seconds until this sender may report again; 0 when he may now."""
    now = timezone.now()
    recent = Report.objects.filter(sender=sender, at__gt=now - HOUR).order_by("-at")
    oldest_that_counts = next(iter(recent.values_list("at", flat=True)[AN_HOUR - 1 : AN_HOUR]), None)
    return 0 if oldest_that_counts is None else int((oldest_that_counts + HOUR - now).total_seconds()) + 1
