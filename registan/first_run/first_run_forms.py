"""The form of a new site: what it is called, and who owns it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from blog.editing.any_model import ModelForm
from blog.editing.zone_field import ZoneField
from blog.models import Site
from blog.text.time_zones import add_option, current_name, site_zone_options
from blog.text.validators import max_length_validator, validate_plain_email, validate_storable
from registan.accounts.account_forms import NameForm, NewAccountForm

# Of the Site page's row, what differs on every site. Those of the environment are offered only where somebody set them.
SITE_FIELDS = {"name": "SITE_NAME", "tagline": "SITE_TAGLINE"}


class NewSiteForm(ModelForm):
    """Name, tagline, language and time zone. js/time-zone.js chooses the browser's zone."""

    prefix = "site"
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=lambda: settings.LANGUAGES,
        help_text=Site._meta.get_field("language").help_text,
    )
    time_zone = ZoneField(label=gettext_lazy("Time zone"), help_text=Site._meta.get_field("time_zone").help_text)

    class Meta:
        model = Site
        fields = ["name", "tagline", "language", "time_zone"]
        labels = {"name": gettext_lazy("Name of the site"), "tagline": gettext_lazy("Tagline")}
        widgets = {name: forms.TextInput(attrs={"dir": "auto"}) for name in SITE_FIELDS}
        error_messages = {"name": {"required": gettext_lazy("Enter a name for the site.")}}

    def __init__(self, data: Any = None) -> None:
        unset = {name: "" for name, variable in SITE_FIELDS.items() if variable not in settings.SET_BY_ENVIRONMENT}
        site = Site.get()
        super().__init__(data, instance=site, initial={"language": get_language(), **unset})
        zones = cast(ZoneField, self.fields["time_zone"])
        zones.choices = add_option(site_zone_options(), current_name(site.time_zone))
        if data is None:
            zones.suggest_browsers()


class OwnerEmailForm(NameForm):
    """The owner's name and email address; with a passkey they need no more."""

    email = forms.EmailField(
        label=gettext_lazy("Your email address"),
        help_text=gettext_lazy("You sign in with it. Readers do not see it."),
        max_length=None,
        validators=[validate_storable, max_length_validator(254), validate_plain_email],
        error_messages={"required": gettext_lazy("Enter your email address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class OwnerForm(NewAccountForm, OwnerEmailForm):
    """The owner's name, email address and password."""

    field_order = ["name", "email", "password"]

    def __init__(self, data: Any = None, *, offers_passkey: bool) -> None:
        super().__init__(data, user=User())
        if not offers_passkey:
            self.fields["password"].error_messages["required"] = _("Choose a password.")

    def clean(self) -> dict[str, Any]:
        self.user.email = self.cleaned_data.get("email", "")  # no password is like it
        return super().clean()
