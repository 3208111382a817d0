"""The forms of an audio, video or PDF file: its title, and the file itself, taken by its content and not its name."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelForm
from blog.editing.forms.image import storage_error
from blog.media import kinds
from blog.models import MediaFile


def recognise_upload(upload: File[Any]) -> tuple[kinds.MediaKind, int | None]:
    """What an upload is, and how many seconds it plays, if it says so. Raises ValidationError if it cannot be used."""
    if upload.size > settings.MEDIA_MAX_MB * 1024 * 1024:
        sentence = _("This file is larger than %d MB. Choose a smaller file.") % settings.MEDIA_MAX_MB
        raise ValidationError(sentence, code="too_large")
    upload.seek(0)
    kind = kinds.recognise(upload.read(kinds.HEAD_LENGTH))
    if kind is None:
        sentence = _("This is not a file that can be used here. Choose MP3, M4A, Ogg, FLAC, WAV, MP4, WebM or PDF.")
        raise ValidationError(sentence, code="unknown")
    seconds = kinds.read_seconds(cast(BinaryIO, upload), kind)
    if kind.shown_as == "audio" and seconds is None:
        raise ValidationError(_("This file is damaged: it does not say how long it plays."), code="damaged")
    return kind, seconds


class MediaFileForm(ModelForm):
    """The title of a stored file."""

    class Meta:
        model = MediaFile
        fields = ["title"]
        widgets = {"title": AdminTextInputWidget(attrs={"dir": "auto"})}


class MediaUploadForm(MediaFileForm):
    """Uploads a file: a valid form has stored it."""

    upload = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": kinds.ACCEPT}),
        help_text=gettext_lazy(
            "MP3, M4A, Ogg, FLAC or WAV; MP4 or WebM; PDF. It is stored as it is, with whatever is written inside it."
        ),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("This file is empty.")},
    )
    field_order = ["upload", "title"]
    kind: kinds.MediaKind | None = None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.kind, self.instance.seconds = recognise_upload(upload)
        self.instance.original_name = "".join(filter(str.isprintable, upload.name))[:200]
        upload.seek(0)
        self.instance.sha256 = hashlib.file_digest(upload.file, "sha256").hexdigest()
        if known := MediaFile.objects.filter(sha256=self.instance.sha256).first():
            link = reverse("admin:blog_mediafile_change", args=[known.pk])
            sentence = format_html('{} <a href="{}">{}</a>', _("The library already has this file:"), link, known)
            raise ValidationError(sentence, code="known")
        return upload

    def full_clean(self) -> None:
        """Store the file after all checks, so that a full disk is an error of the form like any other."""
        super().full_clean()
        if self.kind and not self.errors:
            try:
                self.instance.store_upload(self.cleaned_data["upload"], self.kind, self.instance.seconds)
            except OSError as error:
                self.add_error("upload", storage_error(error))
