"""Puts uploaded files beside an export: as links of the file system where that can be, or else as copies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.core.files.storage import default_storage


class MediaCopies:
    """Copies files of the storage into a folder, each once; `count` is how many there are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def add(self, name: str) -> bool:
        """Copy the file that has this name in the storage, into the same place in the folder; False if it is lost."""
        target = self.folder / name
        if not target.resolve().is_relative_to(self.folder.resolve()):
            return False
        if target.exists():
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        if not link_file(name, target):
            try:
                with default_storage.open(name) as source, target.open("xb") as copy:
                    shutil.copyfileobj(source, copy)
            except FileNotFoundError:
                return False
        self.count += 1
        return True


def link_file(name: str, target: Path) -> bool:
    """Give a stored file a second name, which costs no space: its content never changes. False where that cannot be."""
    try:
        os.link(default_storage.path(name), target)
    except (NotImplementedError, OSError):
        return False
    return True
