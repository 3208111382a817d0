"""The form of a tag."""

from __future__ import annotations

from blog.editing.forms.trash import TrashAwareForm
from blog.editing.widgets import ShortTextarea
from blog.models import Tag


class TagForm(TrashAwareForm):
    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}
