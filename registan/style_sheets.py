"""Joins a style sheet with the parts that it imports, so that a browser asks for one file (decision 0006)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

_IMPORT = re.compile(r'^@import "([\w./-]+\.css)";\n', re.MULTILINE)


def join_parts(name: str, read: Callable[[str], str]) -> str:
    """Return the sheet `name` with each part in place of its `@import`; parts import nothing themselves."""
    folder = posixpath.dirname(name)
    return _IMPORT.sub(lambda found: read(posixpath.join(folder, found[1])), read(name))


class JoiningStorage:
    """Opens the style sheets of another storage with their parts joined."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def open(self, name: str) -> ContentFile[bytes]:
        return ContentFile(join_parts(name, self.read).encode())

    def read(self, name: str) -> str:
        with self.storage.open(name) as file:
            content: bytes = file.read()
        return content.decode()
