"""The forms of the admin: what an author typed, checked before it is saved, and never lost."""

from __future__ import annotations

import errno
import hashlib
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget, AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import markup, pictures
from blog.models import Author, Image, OldAddress, Page, Post, Tag
from blog.models.address import LENGTH
from blog.models.derived import RenderedField
from blog.text import normal_newlines


def writing(rows: int) -> AdminTextareaWidget:
    """A place to write in, for text of either direction."""
    return AdminTextareaWidget(attrs={"rows": rows, "dir": "auto", "class": "vLargeTextField writing"})


class MarkdownForm(forms.ModelForm):
    """A form whose Markdown goes through the gate before it is saved: a refusal is an error on its own field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rendered in self.rendered():
            if rendered.source in self.fields:
                self.fields[rendered.source].strip = False  # four spaces at the start of a text mean code

    def rendered(self) -> list[RenderedField]:
        return [field for field in self._meta.model._meta.fields if isinstance(field, RenderedField)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for rendered in self.rendered():
            if rendered.source in self.cleaned_data:
                self.clean_markdown(rendered)
        return self.cleaned_data

    def clean_markdown(self, rendered: RenderedField) -> None:
        text = normal_newlines(self.cleaned_data[rendered.source])
        self.cleaned_data[rendered.source] = text
        try:
            rendered.by(text)
        except markup.TooCostly as refusal:
            self.add_error(rendered.source, str(refusal))


class Illustrated(forms.Form):
    """A form whose `body` takes pictures: by the script, or without it by a line copied from the library."""

    class Media:
        css = {"all": ["css/pictures.css"]}
        js = [forms.Script("js/pictures.js", type="module")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].help_text = format_html(
                '{} <span class="pictures" data-pictures="{}" data-add="{}" data-away="{}">'
                '<a href="{}" target="_blank" rel="noopener">{}</a></span>',
                self.fields["body"].help_text,
                reverse("admin:blog_image_dialog"),
                _("Add a picture"),
                _("The site did not answer. Your text is untouched; try again, or sign in anew in another window."),
                reverse("admin:blog_image_changelist"),
                _("Library of pictures"),
            )


class PostForm(Illustrated, MarkdownForm):
    class Meta:
        model = Post
        fields = [
            "title",
            "slug",
            "authors",
            "tags",
            "epigraph",
            "epigraph_source",
            "body",
            "summary",
            "status",
            "published_at",
            "conversation",
            "closes_at",
            "slow_minutes",
        ]
        widgets = {"epigraph": writing(3), "summary": writing(3), "body": writing(28)}

    def clean_body(self) -> str:
        if not self.cleaned_data["body"].strip():
            raise ValidationError(_("Write something first."), code="required")
        return self.cleaned_data["body"]

    def clean_slow_minutes(self) -> int:
        return self.cleaned_data["slow_minutes"] or 0


class PageForm(Illustrated, MarkdownForm):
    class Meta:
        model = Page
        fields = ["title", "slug", "body"]
        widgets = {"body": writing(28)}


class PictureField(forms.FileField):
    """An uploaded portrait, drawn anew (blog/pictures.py)."""

    widget = AdminFileWidget(attrs={"accept": pictures.ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return pictures.portrait(upload) if upload and upload is data else upload


class AuthorForm(MarkdownForm):
    photo = PictureField(
        required=False, help_text=gettext_lazy("A picture. Stored small, without where and when it was taken.")
    )

    class Meta:
        model = Author
        fields = ["name", "slug", "user", "photo", "bio", "website", "contact"]
        widgets = {"bio": writing(6)}


class ImageForm(forms.ModelForm):
    """What is said of a picture in the library."""

    class Meta:
        model = Image
        fields = ["alt", "is_decorative", "caption", "credit"]
        widgets = {name: AdminTextInputWidget(attrs={"dir": "auto"}) for name in ("alt", "caption", "credit")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        described, decorative = data.get("alt"), data.get("is_decorative")
        if described and decorative:
            self.add_error("is_decorative", _("You have said what it shows: then it is not decorative. Choose one."))
        elif not described and not decorative and "alt" in data:
            self.add_error("alt", _("Say what the picture shows, or mark it as decorative."))
        return data


class UploadForm(ImageForm):
    """A picture that is not yet in the library. Valid, it is stored; `known` is the row of a file sent before."""

    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
        help_text=gettext_lazy("JPEG, PNG, WebP, AVIF or GIF. Stored without where and when it was taken."),
        error_messages={"required": gettext_lazy("Choose a picture."), "empty": gettext_lazy("This file is empty.")},
    )
    field_order = ["upload"]
    known: Image | None = None
    drawn: pictures.Drawn | None = None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.instance.original_name = "".join(filter(str.isprintable, upload.name))[:200]
        self.instance.sha256 = hashlib.file_digest(upload.file, "sha256").hexdigest()
        self.known = Image.objects.filter(sha256=self.instance.sha256).first()
        if self.known:
            link = reverse("admin:blog_image_change", args=[self.known.pk])
            sentence = format_html('{} <a href="{}">{}</a>', _("This picture is in the library:"), link, self.known)
            raise ValidationError(sentence, code="known")
        self.drawn = pictures.master(upload)
        return upload

    def _post_clean(self) -> None:
        """Django's hook behind all checks: now the file is stored, so that a full disk is an error like any other."""
        super()._post_clean()
        if self.drawn and not self.errors:
            try:
                self.instance.keep(self.drawn)
            except OSError as error:
                self.add_error("upload", not_stored(error))


def not_stored(error: OSError) -> ValidationError:
    """The sentence for a picture that could not be stored."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        words = _("There is no room left for pictures. Nothing of your text is lost; tell whoever runs the site.")
        return ValidationError(words, code="no_room")
    words = _("The picture could not be stored just now. Nothing of your text is lost; try again in a minute.")
    return ValidationError(words, code="away")


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]
        widgets = {"description": writing(3)}


class OldAddressForm(forms.ModelForm):
    """A path of this site that shall lead to something: `tag/old` is taken as `/tag/old/`."""

    class Meta:
        model = OldAddress
        fields = ["path"]
        help_texts = {"path": "A path of this site, such as /tag/old/."}

    def clean_path(self) -> str:
        path = f"/{self.cleaned_data['path'].strip().strip('/')}/"
        if any(sign in path for sign in "?#\\ ") or "//" in path:
            raise ValidationError(_("Give a path of this site, such as /tag/old/, without spaces and without ? or #."))
        if len(path) > LENGTH:
            raise ValidationError(_("This address is too long."))
        for model in (Tag, Author, Page):
            one = model.objects.filter(slug=path.strip("/").rpartition("/")[2]).first()
            if one and one.get_absolute_url() == path:
                raise ValidationError(_("“%s” lives at this address today.") % one)
        return path
