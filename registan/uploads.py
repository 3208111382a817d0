"""Files that are sent to us stay in memory: what was sent never lies on the disk, and a full disk loses no form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

# A picture of 15 MB (blog/pictures.py) and the form around it; nginx has the same limit for the desk.
MAX_BYTES = 20 * 1024 * 1024


class InMemory(MemoryFileUploadHandler):
    """Takes the whole form; RequestDataTooBig (answered with 413) for a larger one, before any of it is read."""

    def handle_raw_input(self, input_data: Any, META: dict, content_length: int, *args: Any) -> None:
        if content_length > MAX_BYTES:
            raise RequestDataTooBig("The form with its files is larger than 20 MB.")
        self.activated = True
