"""Fields that choose among rows: what cannot be the id of a row is refused before the database is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from blog.editing.any_model import ModelChoiceField, ModelMultipleChoiceField
from blog.text.validators import is_pk


class ExistingRowsField(ModelMultipleChoiceField):
    """Chooses several rows; a value that is no id is an error on the field, and the rest of the form is kept."""

    def clean(self, value: Any) -> QuerySet[Any]:
        for pk in value or []:
            if not is_pk(str(pk)):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": pk})
        return super().clean(value)


class ExistingRowField(ModelChoiceField):
    """Chooses one row, likewise."""

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values and not isinstance(value, Model) and not is_pk(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return super().to_python(value)


class PkChoicesMixin(AutocompleteMixin):
    """Leaves choices that cannot be ids out of a form that is shown again, and labels the search field."""

    class Media:
        js = [forms.Script("js/select2-labels.js", type="module")]

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, [pk for pk in value if is_pk(str(pk))], attrs)


class RowAutocomplete(PkChoicesMixin, AutocompleteSelect):
    """Searches for one of many rows."""


class RowsAutocomplete(PkChoicesMixin, AutocompleteSelectMultiple):
    """Searches for several of many rows."""
