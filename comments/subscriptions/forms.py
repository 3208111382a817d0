"""Forms to subscribe by email and to choose the hour of the daily digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.zone_field import ZoneField
from blog.text.first_error_form import FirstErrorForm
from blog.text.site_values import site
from blog.text.time_zones import GroupedOptions, Options, zones_by_region
from blog.text.validators import max_length_validator, validate_plain_email, validate_storable
from comments.models.mailbox import DEFAULT_HOUR
from comments.models.subscription import Frequency, Kind
from comments.subscriptions import catalogue
from comments.subscriptions.catalogue import Topic

HOUR_CHOICES = [(hour, f"{hour:02}:00") for hour in range(24)]


def hour_field(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("Hour of the daily digest"),
        choices=HOUR_CHOICES,
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose an hour from the list.")},
        **more,
    )


class SubscribeForm(FirstErrorForm):
    """Subscribe by email. It holds nothing personal and no CSRF token, since it is part of cached pages."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        help_text=gettext_lazy("Never shown, and used for nothing else."),
        max_length=None,
        validators=[validate_storable, max_length_validator(254), validate_plain_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("Subscribe to"),
        error_messages={"invalid_choice": gettext_lazy("This is no longer available. Choose something else.")},
    )
    often = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Frequency.choices,
        initial=Frequency.AT_ONCE,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose how often.")},
    )
    hour = hour_field(initial=DEFAULT_HOUR)
    # Hidden from people; bots fill in every field that has a name.
    subject = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: Any = None, *, wanted: Topic | None = None, email: str = "") -> None:
        """Offer `wanted` first; `email` is filled in for a reader who is signed in."""
        super().__init__(data, auto_id="subscribe-%s", initial={"what": wanted and wanted.value, "email": email})
        self.feed_url = wanted.feed_url if wanted else ""
        self.fields["email"].widget.attrs.pop("maxlength", None)
        cast("forms.ChoiceField", self.fields["what"]).choices = topic_options(wanted)  # the class is declared above
        self.fields["hour"].help_text = _("%(zone)s. You can change the hour and time zone later.") % {
            "zone": site().time_zone
        }

    def clean_what(self) -> Topic:
        """The topic, if it is still public; the options may be older."""
        topic = catalogue.find_topic(self.cleaned_data["what"])
        if topic is None:
            raise ValidationError(self.fields["what"].error_messages["invalid_choice"], "invalid_choice")
        return topic

    @property
    def is_from_bot(self) -> bool:
        return bool(self.cleaned_data.get("subject"))


def topic_options(wanted: Topic | None) -> GroupedOptions:
    """`wanted`, all posts, and each author and tag by name: each once."""
    first = [topic for topic in dict.fromkeys([wanted, Topic(Kind.ALL)]) if topic]
    groups = {
        _("New posts, by author"): catalogue.offered_authors(),
        _("New posts, by tag"): catalogue.offered_tags(),
    }
    options: GroupedOptions = [(topic.value, topic.words) for topic in first]
    for name, topics in groups.items():
        if group := [(topic.value, str(topic.target)) for topic in topics if topic != wanted]:
            options.append((name, group))
    return options


class DigestHourForm(FirstErrorForm):
    """When the daily digest is sent."""

    hour = hour_field()
    zone = ZoneField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=lambda: zone_options(),
        error_messages={"invalid_choice": gettext_lazy("Choose a time zone from the list.")},
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, auto_id="mail-%s", **more)
        if not (self.is_bound or self.initial.get("zone")):
            cast(ZoneField, self.fields["zone"]).suggest_browsers()


def zone_options() -> Iterator[tuple[str, str | Options]]:
    yield "", _("%(zone)s (the time zone of this site)") % {"zone": site().time_zone}
    yield from zones_by_region()
