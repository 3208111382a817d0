"""Stores files: uploads stay in memory until they are stored, static files get a new name with each change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.urls import reverse
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A picture of 15 MB (blog/images/processing.py) and the form around it; nginx has the same limit for the admin.
MAX_FORM_BYTES = 20 * 1024 * 1024
# Forms that may be larger by MEDIA_MAX_MB.
LARGE_FORMS = ("admin:blog_mediafile_add", "admin:transfer_run_add")


class InMemoryUploadHandler(MemoryFileUploadHandler):
    """Keeps uploads in memory, so that a full disk loses no form; those of files and exports may be larger, on disk.

    Raises RequestDataTooBig (answered with 413) for a form beyond its limit, before any of it is read.
    """

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any) -> None:
        request = self.request
        is_large = request is not None and request.path in [reverse(name) for name in LARGE_FORMS]
        limit = MAX_FORM_BYTES + (settings.MEDIA_MAX_MB * 1024 * 1024 if is_large else 0)
        if content_length > limit:
            raise RequestDataTooBig(f"The form with its files is larger than {limit} bytes.")
        self.activated = content_length <= MAX_FORM_BYTES


class OnDiskUploadHandler(TemporaryFileUploadHandler):
    """Takes what is too large for memory; the file is gone when the request ends."""


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Names static files by their digest, so that browsers may cache them for ever."""

    support_js_module_import_aggregation = True

    def compress_files(self, paths: Any) -> Iterator[tuple[str, str]]:
        """Yield (name, name of its compressed copy), each as readable as any other file: nginx sends both."""
        for name, compressed in super().compress_files(paths):
            Path(self.path(compressed)).chmod(settings.FILE_UPLOAD_PERMISSIONS)
            yield name, compressed
