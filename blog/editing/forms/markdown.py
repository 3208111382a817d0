"""Forms with a text in Markdown, which is checked before it is saved, and never lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _

from blog.editing.any_model import ModelForm
from blog.markup.limits import TooCostly
from blog.models.fields import RenderedField, rendered_fields


class MarkdownForm(ModelForm):
    """A form that renders its Markdown before it is saved: a text that costs too much is an error on its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in rendered_fields(self._meta.model):
            field = self.fields.get(column.source)
            if isinstance(field, forms.CharField):
                field.strip = False  # four spaces at the start of a text mean code

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
            if column.by:
                column.by(text)
        except TooCostly as refusal:
            self.add_error(column.source, str(refusal))


class IllustratedForm(forms.Form):
    """A form whose `body` takes pictures: by a dialog or, without JavaScript, by a line copied from the library."""

    class Media:
        css = {"all": ["css/images.css"]}
        js = [forms.Script("js/image-upload.js", type="module")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].help_text = format_html(
                '{} <span class="image-tools" data-images="{}" data-add="{}" data-offline="{}">'
                '<a href="{}" target="_blank" rel="noopener">{}</a>'
                ' <a href="{}" target="_blank" rel="noopener">{}</a></span>',
                self.fields["body"].help_text,
                reverse("admin:blog_image_dialog"),
                _("Add an image"),
                _("The site did not respond. Your text is safe. Try again, or sign in again in another window."),
                reverse("admin:blog_image_changelist"),
                _("Image library"),
                reverse("admin:blog_mediafile_changelist"),
                _("Audio, video and PDF"),
            )
