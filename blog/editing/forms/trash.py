"""Names and addresses that something in the trash keeps."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from blog.editing.any_model import ModelForm


class TrashAwareForm(ModelForm):
    """A form of a model with rows in the trash: refuses a name or slug that one of them has, and says where it is."""

    def validate_unique(self) -> None:
        super().validate_unique()
        rows: Any = self._meta.model.everything.filter(is_trashed=True).exclude(pk=self.instance.pk)
        for name, lookup in (("name", "name__iexact"), ("slug", "slug")):
            value = self.cleaned_data.get(name)
            if value and (row := rows.filter(**{lookup: value}).first()):
                self.add_error(name, taken_by(row))
                return


def taken_by(row: Any) -> str:
    """The sentence, as HTML, that refuses what this row in the trash has."""
    sentence = _("“%s” has this, and is in the trash. Restore it, delete it for good, or ask an editor to.") % row
    address = reverse("admin:blog_trashentry_changelist")
    return format_html('{} <a href="{}">{}</a>', sentence, address, _("Open the trash"))
