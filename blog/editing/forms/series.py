"""The form of a series."""

from __future__ import annotations

from blog.editing.any_model import ModelForm
from blog.editing.widgets import ShortTextarea
from blog.models import Series


class SeriesForm(ModelForm):
    class Meta:
        model = Series
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}
