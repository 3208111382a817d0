"""The form of a series."""

from __future__ import annotations

from django import forms

from blog.editing.widgets import ShortTextarea
from blog.models import Series


class SeriesForm(forms.ModelForm):
    class Meta:
        model = Series
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}
