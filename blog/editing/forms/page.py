"""The form of a standing page."""

from __future__ import annotations

from blog.editing.forms.markdown import IllustratedForm, MarkdownForm
from blog.editing.widgets import MarkdownEditor
from blog.models import Page


class PageForm(IllustratedForm, MarkdownForm):
    class Meta:
        model = Page
        fields = ["title", "slug", "body"]
        widgets = {"body": MarkdownEditor(rows=28, preview="admin:blog_page_write_preview")}
