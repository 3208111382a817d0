"""The form of an author's profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.utils.translation import gettext_lazy

from blog.editing.forms.markdown import MarkdownForm
from blog.editing.widgets import MarkdownEditor
from blog.images import processing
from blog.models import Author


class PortraitField(forms.FileField):
    """An uploaded portrait, encoded again without its metadata (blog/images/processing.py)."""

    # Django's row for a file has a legend, but its control has no name.
    widget = AdminFileWidget(attrs={"accept": processing.ACCEPT, "aria-label": gettext_lazy("Photo")})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return processing.process_portrait(upload) if upload and upload is data else upload


class AuthorForm(MarkdownForm):
    photo = PortraitField(
        required=False,
        help_text=gettext_lazy("Shown small. Location and date are removed from the file."),
    )

    class Meta:
        model = Author
        fields = ["name", "slug", "user", "photo", "bio", "website", "contact"]
        widgets = {"bio": MarkdownEditor(rows=6, preview="admin:blog_author_write_preview")}
