"""The forms of old addresses: one that is typed, and what becomes of one that is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelForm
from blog.models import OldAddress
from blog.old_addresses.typed import NO_TARGET, read_new_address, read_old_address

LEADS_TO_HELP = gettext_lazy(
    "The address of anything on this site, or of another site: paste it from your browser. Posts, pages, tags and "
    "authors are found again when their addresses change."
)


class OldAddressForm(ModelForm):
    """An old address that leads to a post, a page, or an address; or to nothing, if it is gone."""

    path = forms.CharField(
        label=gettext_lazy("Old address"),
        max_length=2_000,
        help_text=gettext_lazy(
            "As it was linked, such as /2009/05/hello/ or /?p=12; with or without the site before it."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField", "dir": "ltr", "spellcheck": "false"}),
    )
    leads_to = forms.CharField(
        label=gettext_lazy("Leads to"),
        required=False,
        max_length=2_000,
        help_text=LEADS_TO_HELP,
        widget=forms.TextInput(attrs={"class": "vTextField", "dir": "ltr", "spellcheck": "false"}),
    )

    class Meta:
        model = OldAddress
        fields = ["path", "leads_to", "post", "page", "code", "with_below"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: OldAddress = self.instance
        if row.pk and not (row.post_id or row.page_id):
            self.initial["leads_to"] = row.find_url()

    def clean_path(self) -> str:
        """The key; one that has not changed may stay, whatever is there by now."""
        typed = self.cleaned_data["path"]
        if self.instance.pk and typed.strip() == self.instance.path:
            return str(self.instance.path)
        key = read_old_address(typed)
        if OldAddress.objects.filter(path=key).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("%s has a redirect already. Change that one.") % key)
        return key

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "path" not in data:
            return data
        chosen = [name for name in ("leads_to", "post", "page") if data.get(name)]
        if data.get("code") == OldAddress.Code.GONE:
            self.target = dict(NO_TARGET)
            if chosen:
                self.add_error(chosen[0], _("What is gone leads nowhere: leave this empty, or choose another answer."))
        elif len(chosen) > 1:
            self.add_error(chosen[1], _("Choose one: a post, a page, or an address."))
        elif chosen and chosen[0] != "leads_to":
            self.target = {**NO_TARGET, chosen[0]: data[chosen[0]]}
        else:
            self.read_target(data)
        return data

    def read_target(self, data: dict[str, Any]) -> None:
        """What was typed; what was not changed stays as it is: a comment, for instance, or a file."""
        if self.instance.pk and data.get("leads_to") and data["leads_to"] == self.initial.get("leads_to"):
            self.target = {name: getattr(self.instance, name) for name in NO_TARGET}
            return
        try:
            self.target = read_new_address(
                data.get("leads_to", ""), old=data["path"], with_below=bool(data.get("with_below"))
            )
        except ValidationError as error:
            self.add_error("leads_to", error)

    def _post_clean(self) -> None:
        """Put the target into the row before the model's own rules are asked."""
        if not self.errors:
            self.cleaned_data |= {name: self.target[name] for name in ("post", "page")}
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            for name, value in self.target.items():
                setattr(self.instance, name, value)
