"""The form of a standing page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from blog.editing.forms.markdown import IllustratedForm, MarkdownForm
from blog.editing.forms.trash import TrashAwareForm
from blog.editing.widgets import MarkdownEditor
from blog.models import Page
from blog.models.commentable import STATE_FIELDS
from blog.models.menu import Place, is_page_linked


class PageForm(IllustratedForm, MarkdownForm, TrashAwareForm):
    """The page, and where the site links to it."""

    in_menu = forms.BooleanField(label=gettext_lazy("Link to it in the menu"), required=False)
    in_footer = forms.BooleanField(label=gettext_lazy("Link to it in the footer"), required=False)

    class Meta:
        model = Page
        fields = ["title", "slug", "body", *STATE_FIELDS]
        widgets = {"body": MarkdownEditor(rows=28, preview="admin:blog_page_write_preview")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in STATE_FIELDS:  # a form without them leaves them as they are
            self.fields[name].required = False
        for place in Place.values if self.instance.pk else ():
            self.fields[f"in_{place}"].initial = is_page_linked(self.instance, place)

    def clean_slow_minutes(self) -> int:
        return self.cleaned_data["slow_minutes"] or 0
