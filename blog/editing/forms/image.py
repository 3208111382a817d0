"""A picture for the library: what is said of it, and the file itself."""

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

from blog.images import processing
from blog.models import Image


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


class ImageUploadForm(ImageForm):
    """A picture that is not yet in the library. Valid, it is stored; `known` is the row of a file sent before."""

    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": processing.ACCEPT}),
        help_text=gettext_lazy("JPEG, PNG, WebP, AVIF or GIF. Stored without where and when it was taken."),
        error_messages={"required": gettext_lazy("Choose a picture."), "empty": gettext_lazy("This file is empty.")},
    )
    field_order = ["upload"]
    known: Image | None = None
    drawn: processing.EncodedImage | None = None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.instance.original_name = "".join(filter(str.isprintable, upload.name))[:200]
        self.instance.sha256 = hashlib.file_digest(upload.file, "sha256").hexdigest()
        self.known = Image.objects.filter(sha256=self.instance.sha256).first()
        if self.known:
            link = reverse("admin:blog_image_change", args=[self.known.pk])
            sentence = format_html('{} <a href="{}">{}</a>', _("This picture is in the library:"), link, self.known)
            raise ValidationError(sentence, code="known")
        self.drawn = processing.process_upload(upload)
        return upload

    def _post_clean(self) -> None:
        """Django's hook behind all checks: now the file is stored, so that a full disk is an error like any other."""
        super()._post_clean()
        if self.drawn and not self.errors:
            try:
                self.instance.store_file(self.drawn)
            except OSError as error:
                self.add_error("upload", storage_error(error))


def storage_error(error: OSError) -> ValidationError:
    """The sentence for a picture that could not be stored."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        words = _("There is no room left for pictures. Nothing of your text is lost; tell whoever runs the site.")
        return ValidationError(words, code="no_room")
    words = _("The picture could not be stored just now. Nothing of your text is lost; try again in a minute.")
    return ValidationError(words, code="away")
