"""The form of the Site page, with the links of the menu and the footer."""

from __future__ import annotations

from itertools import chain
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import BaseModelFormSet, ModelForm
from blog.editing.forms.image import storage_error
from blog.editing.zone_field import ZoneField
from blog.images import processing
from blog.models import MenuLink, Page, Site, Tag
from blog.models.image import delete_files, save_to_storage
from blog.models.licence import OWN_WORDS
from blog.models.menu import Part, links_in_force
from blog.text.time_zones import GroupedOptions, add_option, current_name, site_zone_options

# The longest side in pixels of a logo, shown 45 CSS pixels high, and of an icon.
PICTURE_SIDES = {"logo": 640, "icon": 256}
SITE_FOLDER = "site"
# 0 has a meaning, and empty is no number: as it was.
NUMBER_FIELDS = ("address_days", "token_days", "email_days", "queue_hours")
# Lines offered besides the links that there are.
EMPTY_LINES = 2
# Tags in the list of targets: those with most posts.
MAX_TAGS = 100
ADDRESS = "address"


class PictureField(forms.FileField):
    widget = forms.FileInput(attrs={"accept": processing.ACCEPT})


class SiteForm(ModelForm):
    """What the owner says of the site. A valid form has stored the files that were sent with it."""

    new_logo = PictureField(label=gettext_lazy("Logo"), required=False)
    drops_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    new_icon = PictureField(
        label=gettext_lazy("Icon"), required=False, help_text=gettext_lazy("A square image, for browser tabs.")
    )
    drops_icon = forms.BooleanField(label=gettext_lazy("Remove the icon"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=lambda: settings.LANGUAGES)
    time_zone = ZoneField(label=gettext_lazy("Time zone"), choices=site_zone_options)
    second_factor_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles that must use two-factor authentication"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("People with these roles set up a passkey or an authenticator app when they sign in."),
    )

    class Meta:
        model = Site
        fields = [
            "name", "tagline", "language", "time_zone", "logo_has_name", "accent", "social_links", "licence",
            "licence_words", "link_cards", "address_days", "token_days", "email_days", "queue_hours", "sender",
        ]  # fmt: skip
        widgets = {
            "name": AdminTextInputWidget(attrs={"dir": "auto"}),
            "tagline": AdminTextInputWidget(attrs={"dir": "auto"}),
            "accent": AdminTextInputWidget(attrs={"class": "vTextField accent-field"}),
            "licence_words": AdminTextInputWidget(attrs={"dir": "auto"}),
            "social_links": AdminTextareaWidget(attrs={"rows": 3, "dir": "ltr"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("language", "time_zone"):
            self.fields[name].help_text = cast("models.Field[Any, Any]", Site._meta.get_field(name)).help_text
        roles = cast(forms.MultipleChoiceField, self.fields["second_factor_roles"])
        roles.choices = role_choices()
        roles.initial = self.instance.second_factor_roles
        # A zone set by the environment may be one of the old names that are not offered.
        zones = cast(ZoneField, self.fields["time_zone"])
        zones.choices = add_option(site_zone_options(), current_name(self.instance.time_zone))
        if self.instance.version is None:  # never saved
            zones.suggest_browsers()
        for name in NUMBER_FIELDS:
            self.fields[name].required = False
        for name in PICTURE_SIDES:
            if not getattr(self.instance, name):
                del self.fields[f"drops_{name}"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in NUMBER_FIELDS:
            if data.get(name) is None:
                data[name] = getattr(self.instance, name)
        if data.get("licence") == OWN_WORDS and not data.get("licence_words") and "licence_words" not in self.errors:
            self.add_error("licence_words", _("Say in a sentence what others may do with the texts."))
        for name, side in PICTURE_SIDES.items():
            if upload := data.get(f"new_{name}"):
                try:
                    self.encoded[name] = processing.process_upload(upload, max_side=side)
                except ValidationError as error:
                    self.add_error(f"new_{name}", error)
        return data

    def full_clean(self) -> None:
        """Store the files after all checks, so that a full disk is an error of the form like any other."""
        self.encoded: dict[str, processing.EncodedImage] = {}
        super().full_clean()
        for name, encoded in {} if self.errors else self.encoded.items():
            file = f"{SITE_FOLDER}/{processing.random_file_name(encoded.format)}"
            try:
                self.set_picture(name, save_to_storage(file, encoded.content), encoded)
            except OSError as error:
                self.add_error(f"new_{name}", storage_error(error))

    def set_picture(self, name: str, file: str, encoded: processing.EncodedImage | None = None) -> None:
        """Put this file in the place of the one that there was, which is deleted when the row is stored."""
        if old := getattr(self.instance, name):
            transaction.on_commit(lambda: delete_files([old]), robust=True)
        setattr(self.instance, name, file)
        if name == "logo":
            self.instance.logo_width, self.instance.logo_height = (encoded.width, encoded.height) if encoded else (0, 0)

    def save(self, commit: bool = True) -> Any:
        for name in PICTURE_SIDES:
            if self.cleaned_data.get(f"drops_{name}") and name not in self.encoded:
                self.set_picture(name, "")
        self.instance.second_factor_roles = self.cleaned_data["second_factor_roles"]
        return super().save(commit)


def role_choices() -> list[tuple[str, str]]:
    """The roles, which are groups of accounts, by their names."""
    return [(name, name) for name in Group.objects.order_by("name").values_list("name", flat=True)]


class MenuLinkForm(ModelForm):
    """One line of the menu or the footer. A line that leads nowhere is deleted."""

    target = forms.ChoiceField(label=gettext_lazy("Leads to"), required=False)

    class Meta:
        model = MenuLink
        fields = ["place", "position", "address", "label"]
        widgets = {
            "address": AdminTextInputWidget(attrs={"dir": "ltr", "placeholder": gettext_lazy("other address")}),
            "label": AdminTextInputWidget(attrs={"dir": "auto", "placeholder": gettext_lazy("label")}),
        }

    field_order = ["place", "position", "target", "address", "label"]

    def __init__(self, *args: Any, targets: GroupedOptions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for described in self.fields.values():  # the heads of the columns are out of sight on a phone
            described.widget.attrs["aria-label"] = described.label
        field = cast(forms.ChoiceField, self.fields["target"])
        field.choices = targets
        field.initial = target_of(self.instance)
        if tag := self.instance.tag:
            field.choices = add_option(targets, f"tag:{tag.pk}")
        if (page := self.instance.page) and page.is_trashed:  # stays until it is deleted for good or comes back
            field.choices = add_option(targets, f"page:{page.pk}")
        for shown in self.fields.values():  # the headings of Django's table are no labels
            shown.widget.attrs["aria-label"] = shown.label

    def has_changed(self) -> bool:
        """A standard link that is shown is stored with the others, changed or not."""
        return super().has_changed() or (self.instance.pk is None and "target" in self.initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, _colon, value = data.get("target", "").partition(":")
        columns = {kind: data.get("address") if kind == ADDRESS else value}
        if kind == ADDRESS and not data.get("address") and "address" not in self.errors:
            self.add_error("address", _("Enter the address that this link leads to."))
        self.instance.part, data["address"] = columns.get("part"), columns.get(ADDRESS)
        self.instance.page_id, self.instance.tag_id = columns.get("page"), columns.get("tag")
        return data

    @property
    def leads_nowhere(self) -> bool:
        return self.cleaned_data.get("target") == ""


def target_of(link: MenuLink) -> str:
    """The value of the option that stands for where `link` leads; "" for nowhere."""
    if link.address:
        return ADDRESS
    values = {"part": link.part, "page": link.page and link.page.pk, "tag": link.tag and link.tag.pk}
    return next((f"{kind}:{value}" for kind, value in values.items() if value), "")


class MenuFormSet(BaseModelFormSet):
    """The lines of both places. While there are none, it offers the standard links."""

    model = MenuLink

    def __init__(self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any) -> None:
        kwargs.pop("save_as_new", None)
        offered = [] if MenuLink.objects.exists() else list(chain.from_iterable(links_in_force().values()))
        kwargs["initial"] = [
            {"place": link.place, "position": link.position, "target": target_of(link)} for link in offered
        ]
        self.extra = len(offered) + EMPTY_LINES
        super().__init__(data, files, **{**kwargs, "form_kwargs": {"targets": target_options()}})

    @classmethod
    def get_default_prefix(cls) -> str:
        return "links"

    def add_fields(self, form: MenuLinkForm, index: int | None) -> None:
        """No box to tick for deleting a line: one that leads nowhere is deleted."""
        super().add_fields(form, index)
        form.fields.pop(DELETION_FIELD_NAME, None)

    def _should_delete_form(self, form: MenuLinkForm) -> bool:
        return form.leads_nowhere


def target_options() -> GroupedOptions:
    """What a link may lead to: nothing, parts of the site, pages, tags, or any address."""
    tags = Tag.objects.order_by("-post_count", "name")[:MAX_TAGS]
    groups = {
        _("Parts of the site"): [(f"part:{name}", str(label)) for name, label in Part.choices],
        _("Pages"): [(f"page:{page.pk}", page.title) for page in Page.objects.only("title").order_by("title")],
        _("Tags"): [(f"tag:{tag.pk}", tag.name) for tag in sorted(tags, key=str)],
    }
    found = [(name, options) for name, options in groups.items() if options]
    return [("", "—"), (ADDRESS, _("another address")), *found]
