"""The forms of whatever has a text: what an author typed, checked before it is saved, and never lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from blog.markup import renderer
from blog.models.fields import RenderedField, rendered_fields


class MarkdownForm(forms.ModelForm):
    """A form whose Markdown goes through the gate before it is saved: a refusal is an error on its own field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in rendered_fields(self._meta.model):
            if column.source in self.fields:
                self.fields[column.source].strip = False  # four spaces at the start of a text mean code

    def clean(self) -> dict[str, Any]:
        super().clean()
        for column in rendered_fields(self._meta.model):
            if column.source in self.cleaned_data:
                self.clean_markdown(column)
        return self.cleaned_data

    def clean_markdown(self, column: RenderedField) -> None:
        text = normalize_newlines(self.cleaned_data[column.source])
        self.cleaned_data[column.source] = text
        try:
            column.by(text)
        except renderer.TooCostly as refusal:
            self.add_error(column.source, str(refusal))


class IllustratedForm(forms.Form):
    """A form whose `body` takes pictures: by the script, or without it by a line copied from the library."""

    class Media:
        css = {"all": ["css/images.css"]}
        js = [forms.Script("js/image-upload.js", type="module")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].help_text = format_html(
                '{} <span class="image-tools" data-images="{}" data-add="{}" data-offline="{}">'
                '<a href="{}" target="_blank" rel="noopener">{}</a></span>',
                self.fields["body"].help_text,
                reverse("admin:blog_image_dialog"),
                _("Add a picture"),
                _("The site did not answer. Your text is untouched; try again, or sign in anew in another window."),
                reverse("admin:blog_image_changelist"),
                _("Library of pictures"),
            )
