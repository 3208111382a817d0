"""What the forms send with which moderators act on a conversation or a reader."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.models.commentable import MAX_SLOW_MINUTES, Commentable
from comments.lifecycle.acts import Values

# Whoever is suspended for longer is banned.
MAX_SUSPENSION = datetime.timedelta(days=3653)
# A conversation whose time was over stays open for so long when it is opened again.
REOPENED_FOR = datetime.timedelta(days=14)


class SeenField(forms.CharField):
    """What was there when the page was opened; anything but what the page holds is nothing that was ever there."""

    widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value)

    def clean(self, value: Any) -> Values:
        try:
            seen = json.loads(value or "")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}


class ConversationStateForm(forms.Form):
    seen = SeenField(required=False)
    conversation = forms.ChoiceField(
        label=gettext_lazy("New comments"), choices=Commentable.STATES, widget=forms.RadioSelect
    )
    slow_minutes = forms.IntegerField(
        label=gettext_lazy("Slow mode"),
        min_value=0,
        max_value=MAX_SLOW_MINUTES,
        help_text=gettext_lazy("Minutes that a reader must wait between two comments; 0 for no wait."),
    )

    def wanted_state(self, subject: Commentable) -> Values:
        """The state to give the conversation. One whose time is over gets a new one, or it would stay closed."""
        closes_at = self.cleaned_data["seen"].get("closes_at")
        if subject.is_past_closing and self.cleaned_data["conversation"] != Commentable.ConversationStatus.CLOSED:
            closes_at = (timezone.now() + REOPENED_FOR).replace(microsecond=0).isoformat()
        names = ("conversation", "slow_minutes")
        return {**{name: self.cleaned_data[name] for name in names}, "closes_at": closes_at}


class SuspensionForm(forms.Form):
    """Until when a reader is suspended: the beginning of a day."""

    until = forms.DateField(
        label=gettext_lazy("Suspend until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_until(self) -> datetime.datetime:
        day: datetime.date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today < day <= today + MAX_SUSPENSION:
            raise ValidationError(gettext_lazy("Choose a day after today, within ten years."))
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min)).astimezone(datetime.UTC)
