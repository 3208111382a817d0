"""The forms of authors, tags, series and old addresses."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.forms.markdown import MarkdownForm
from blog.editing.widgets import MarkdownEditor, ShortTextarea
from blog.images import processing
from blog.models import Author, Redirect, Series, Tag
from blog.models.redirect import MAX_PATH_LENGTH, redirectable_models


class PortraitField(forms.FileField):
    """An uploaded portrait, drawn anew (blog/images/processing.py)."""

    # Django's own row gives a file a legend, and its control no name.
    widget = AdminFileWidget(attrs={"accept": processing.ACCEPT, "aria-label": gettext_lazy("Photo")})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return processing.process_portrait(upload) if upload and upload is data else upload


class AuthorForm(MarkdownForm):
    photo = PortraitField(
        required=False, help_text=gettext_lazy("A picture. Stored small, without where and when it was taken.")
    )

    class Meta:
        model = Author
        fields = ["name", "slug", "user", "photo", "bio", "website", "contact"]
        widgets = {"bio": MarkdownEditor(rows=6, preview="admin:blog_author_write_preview")}


class SeriesForm(forms.ModelForm):
    class Meta:
        model = Series
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]
        widgets = {"description": ShortTextarea()}


class RedirectForm(forms.ModelForm):
    """A path of this site that shall lead to something: `tag/old` is taken as `/tag/old/`."""

    class Meta:
        model = Redirect
        fields = ["path"]
        help_texts = {"path": "A path of this site, such as /tag/old/."}

    def clean_path(self) -> str:
        path = f"/{self.cleaned_data['path'].strip().strip('/')}/"
        if any(sign in path for sign in "?#\\ ") or "//" in path:
            raise ValidationError(_("Give a path of this site, such as /tag/old/, without spaces and without ? or #."))
        if len(path) > MAX_PATH_LENGTH:
            raise ValidationError(_("This address is too long."))
        slug = path.strip("/").rpartition("/")[2]
        for one in chain.from_iterable(kind.objects.filter(slug=slug) for kind in redirectable_models()):
            if one.is_public and one.get_absolute_url() == path:
                raise ValidationError(_("“%s” lives at this address today.") % one)
        return path
