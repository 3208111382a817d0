"""The forms by which a reader says what he wants to be told of, how often, and at which hour."""

from __future__ import annotations

import functools
import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.validators import max_length_validator, validate_plain_email, validate_storable
from comments.models.subscription import DEFAULT_HOUR, Frequency, Kind
from comments.subscriptions import catalogue
from comments.subscriptions.catalogue import Topic

HOUR_CHOICES = [(hour, f"{hour:02}:00") for hour in range(24)]


def hour_field(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("Hour of the daily mail"),
        choices=HOUR_CHOICES,
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these hours.")},
        **more,
    )


class SubscribeForm(forms.Form):
    """Be told of something by mail. It holds nothing personal and no key: it stands on a page that anybody may keep."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Never shown, and used for nothing else."),
        max_length=None,
        validators=[validate_storable, max_length_validator(254), validate_plain_email],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("Tell me of"),
        error_messages={"invalid_choice": gettext_lazy("This is not here any more. Choose something else.")},
    )
    often = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Frequency.choices,
        initial=Frequency.AT_ONCE,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose how often.")},
    )
    hour = hour_field(initial=DEFAULT_HOUR)
    # For machines, which fill in whatever has a name.
    subject = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: Any = None, *, wanted: Topic | None = None, email: str = "") -> None:
        """`wanted` stands first among what the form offers; `email` is known of a reader with a pass."""
        super().__init__(data, auto_id="subscribe-%s", initial={"what": wanted and wanted.value, "email": email})
        self.fields["email"].widget.attrs.pop("maxlength", None)
        self.fields["what"].choices = topic_choices(wanted)
        self.fields["hour"].help_text = _(
            "By the clock of %(zone)s. It can be changed later, and the clock with it."
        ) % {"zone": settings.TIME_ZONE}

    def clean_what(self) -> Topic:
        """What is still there for everybody to see; `choices` alone would ask for one of the busiest."""
        what = catalogue.find_topic(self.cleaned_data["what"])
        if what is None:
            raise ValidationError(self.fields["what"].error_messages["invalid_choice"], "invalid_choice")
        return what

    @property
    def is_from_bot(self) -> bool:
        return bool(self.cleaned_data.get("subject"))


def topic_choices(wanted: Topic | None) -> list:
    """`wanted`, everything, and each author and subject by name: each once."""
    found = catalogue.offered_topics()
    groups = [
        (_("New posts, by author"), [(one.value, str(one.target)) for one in found[Kind.AUTHOR] if one != wanted]),
        (_("New posts, by tag"), [(one.value, str(one.target)) for one in found[Kind.TAG] if one != wanted]),
    ]
    first = [one for one in dict.fromkeys([wanted, Topic(Kind.ALL)]) if one]
    return [*((one.value, one.words) for one in first), *((name, group) for name, group in groups if group)]


class DigestHourForm(forms.Form):
    """When the daily mail comes, and by whose clock."""

    hour = hour_field()
    zone = forms.ChoiceField(
        label=gettext_lazy("By the clock of"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these places.")},
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, auto_id="mail-%s", **more)
        of_the_site = _("%(zone)s (this site's clock)") % {"zone": settings.TIME_ZONE}
        self.fields["zone"].choices = [("", of_the_site), *time_zone_choices()]


@functools.cache
def time_zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The places of the world with a clock of their own, by continent (the time zone database's own names)."""
    continents: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        continent, slash, place = name.partition("/")
        if slash and continent in CONTINENTS:
            continents.setdefault(continent, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return list(continents.items())


# The rest are offsets, and names kept for old machines.
CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
