"""Uploaded audio, video and PDF files: the file, what it is, its size and how long it plays."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy

from blog.images.embeds import image_markdown
from blog.media.kinds import KINDS, MediaKind
from blog.media.players import EmbeddedFile
from blog.models.stored_file import StoredFile
from blog.text.validators import validate_single_line

# The folder of these files in the storage: blog/markup/figures.py knows their addresses.
FILES_FOLDER = "files"


class MediaFile(StoredFile):
    """A file in the library. Its content never changes: another file is another row."""

    file = models.FileField(gettext_lazy("file"), upload_to=FILES_FOLDER, editable=False)
    name = models.CharField(max_length=32, unique=True, editable=False, help_text="Of the file, without its ending.")
    ending = models.CharField(gettext_lazy("kind"), max_length=4, editable=False)
    bytes = models.PositiveBigIntegerField(gettext_lazy("size"), editable=False)
    seconds = models.PositiveIntegerField(gettext_lazy("duration"), null=True, editable=False)
    title = models.CharField(
        gettext_lazy("title"),
        max_length=200,
        validators=[validate_single_line],
        help_text=gettext_lazy("What it is, for readers who listen and for those who search the library."),
    )
    original_name = models.CharField(gettext_lazy("file name"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False, help_text="Of the file as it was sent.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="media_files", editable=False
    )
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = gettext_lazy("media file")
        verbose_name_plural = gettext_lazy("media files")

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it with its file."""
        name = str(self.file.name)
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)
        return deleted

    @property
    def kind(self) -> MediaKind:
        return KINDS[self.ending]

    def store_upload(self, upload: File[Any], kind: MediaKind, seconds: int | None, *, stem: str = "") -> None:
        """Store the file under a random name, whole or not at all. Raises OSError.

        With a `stem`, which nobody may guess and no other file has, under that, in place of what was there.
        """
        self.name, self.ending = stem or secrets.token_hex(16), kind.ending
        self.bytes, self.seconds = upload.size, seconds
        name = f"{FILES_FOLDER}/{self.name}.{kind.ending}"
        upload.seek(0)
        try:
            if stem:
                default_storage.delete(name)
            self.file.name = default_storage.save(name, upload)
        except OSError:
            default_storage.delete(name)
            raise

    def as_embedded_file(self) -> EmbeddedFile:
        """What a page needs to know of it."""
        return EmbeddedFile(self.kind, self.bytes, self.seconds)

    def markdown(self) -> str:
        """The line that puts it into a text."""
        return image_markdown(self.file.url, alt=self.title, caption="")
