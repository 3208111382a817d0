"""Folders for a while: beside the site's data, for its owner alone, and cleared away even after a kill."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

PREFIX = "scratch-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder in DATA_DIR, deleted at the end; first those whose processes have ended without doing so."""
    for left in settings.DATA_DIR.glob(f"{PREFIX}*"):
        if not has_owner(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=settings.DATA_DIR))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def has_owner(folder: Path) -> bool:
    """Is the process that made this folder still there?"""
    number = folder.name.removeprefix(PREFIX).partition("-")[0]
    if not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
