"""The form of a tag."""

from __future__ import annotations

from blog.editing.any_model import ModelForm
from blog.editing.widgets import ShortTextarea
from blog.models import Tag


class TagForm(ModelForm):
    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}
