"""The form of a tag."""

from __future__ import annotations

from django import forms

from blog.editing.widgets import ShortTextarea
from blog.models import Tag


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}
