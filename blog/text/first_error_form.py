"""A form that says one thing of each field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class FirstErrorForm(forms.Form):
    """Shows one error of a field, the first or that it is too long: what several validators refuse is one mistake."""

    def add_error(self, field: str | None, error: Any) -> None:
        """As in any form; errors of no field are all kept."""
        if field is not None:
            if field in self.errors:
                return
            errors = ValidationError(error).error_list
            error = next((error for error in errors if error.code == "too_long"), errors[0])
        super().add_error(field, error)
