"""Stores files: uploads stay in memory until they are stored, static files get a new name with each change."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A picture of 15 MB (blog/images/processing.py) and the form around it; nginx has the same limit for the admin.
MAX_FORM_BYTES = 20 * 1024 * 1024


class InMemoryUploadHandler(MemoryFileUploadHandler):
    """Keeps uploads in memory, so that a full disk loses no form.

    Raises RequestDataTooBig (answered with 413) for a larger form, before any of it is read.
    """

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any) -> None:
        if content_length > MAX_FORM_BYTES:
            raise RequestDataTooBig("The form with its files is larger than 20 MB.")
        self.activated = True


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Names static files by their digest, so that browsers may cache them for ever."""

    support_js_module_import_aggregation = True
