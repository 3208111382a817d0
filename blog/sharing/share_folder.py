"""Keeps the folder of share pictures within a bound: each is drawn again when somebody asks for it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Bytes: some ten thousand pictures.
MAX_BYTES = 200 * 1024 * 1024
# Seconds between two looks of a process: each reads the names of all files.
LOOK_SECONDS = 3_600.0


class NextSweep:
    at = 0.0


def shrink_share_folder() -> int:
    """Once an hour, delete the oldest pictures beyond the bound; always 0, since nobody waits for it."""
    if time.monotonic() >= NextSweep.at:
        NextSweep.at = time.monotonic() + LOOK_SECONDS
        delete_oldest(Path(settings.SHARE_ROOT), max_bytes=MAX_BYTES)
    return 0


def delete_oldest(folder: Path, *, max_bytes: int) -> int:
    """Delete the files that were written first until no more than `max_bytes` are left; returns how many."""
    files = sorted(find_files(folder), reverse=True)
    left = deleted = 0
    for _at, size, path in files:
        left += size
        if left > max_bytes:
            Path(path).unlink(missing_ok=True)
            deleted += 1
    return deleted


def find_files(folder: Path) -> Iterator[tuple[float, int, str]]:
    """(when it was written, bytes, path) of each file; nothing of a folder that is not there."""
    for parent, _folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)  # noqa: PTH118  a Path for each of ten thousand takes longer
            try:
                stat = os.stat(path)  # noqa: PTH116
            except FileNotFoundError:
                continue
            yield stat.st_mtime, stat.st_size, path
