"""The forms of a picture in the library: its description, and the file itself."""

from __future__ import annotations

import errno
import hashlib
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelForm
from blog.editing.forms.trash import taken_by
from blog.images import processing
from blog.models import Image


class ImageForm(ModelForm):
    """Description, caption and credit of a picture."""

    class Meta:
        model = Image
        fields = ["alt", "is_decorative", "caption", "credit"]
        widgets = {name: AdminTextInputWidget(attrs={"dir": "auto"}) for name in ("alt", "caption", "credit")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        described, decorative = data.get("alt"), data.get("is_decorative")
        if described and decorative:
            self.add_error(
                "is_decorative", _("An image with a description is not decorative. Choose one or the other.")
            )
        elif not described and not decorative and "alt" in data:
            self.add_error("alt", _("Describe the image, or mark it as decorative."))
        return data


class ImageUploadForm(ImageForm):
    """Uploads a picture: a valid form has stored its file. `known` is the row of a file that was uploaded before."""

    upload = forms.FileField(
        label=gettext_lazy("Image"),
        widget=forms.FileInput(attrs={"accept": processing.ACCEPT}),
        help_text=gettext_lazy("JPEG, PNG, WebP, AVIF or GIF. Location and date are removed from the file."),
        error_messages={"required": gettext_lazy("Choose an image."), "empty": gettext_lazy("This file is empty.")},
    )
    field_order = ["upload"]
    known: Image | None = None
    drawn: processing.EncodedImage | None = None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.instance.original_name = "".join(filter(str.isprintable, upload.name))[:200]
        self.instance.sha256 = hashlib.file_digest(upload.file, "sha256").hexdigest()
        known = Image.everything.filter(sha256=self.instance.sha256).first()
        if known and known.is_trashed:
            raise ValidationError(taken_by(known), code="trashed")
        self.known = known
        if self.known:
            link = reverse("admin:blog_image_change", args=[self.known.pk])
            sentence = format_html('{} <a href="{}">{}</a>', _("The library already has this image:"), link, self.known)
            raise ValidationError(sentence, code="known")
        self.drawn = processing.process_upload(upload)
        return upload

    def full_clean(self) -> None:
        """Store the file after all checks, so that a full disk is an error of the form like any other."""
        super().full_clean()
        if self.drawn and not self.errors:
            try:
                self.instance.store_file(self.drawn)
            except OSError as error:
                self.add_error("upload", storage_error(error))


def storage_error(error: OSError) -> ValidationError:
    """The error for a picture that could not be stored."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        sentence = _("The disk is full, so the image was not stored. Your text is safe. Tell the site administrator.")
        return ValidationError(sentence, code="no_room")
    sentence = _("The image could not be stored. Your text is safe. Try again in a minute.")
    return ValidationError(sentence, code="away")
