"""Keeps the files of the site from other accounts of its machine; the web server may read static files and media."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Of a folder that the web server reads, whoever it runs as.
READABLE = 0o755
# In DATA_DIR, beside the database.
PRIVATE_NAMES = ("secret_key", "erased.json", "mail", "exports", "archives", "share", "bundles")


def protect_data_files() -> None:
    """Let this process create files for its owner alone, and put right what an earlier version has left open.

    What belongs to another account is left as it is: `check --deploy` names it.
    """
    os.umask(OTHERS)
    for path in private_paths():
        set_mode(path, mode_of(path) & ~OTHERS)
    for folder in (settings.STATIC_ROOT, settings.MEDIA_ROOT):
        set_mode(Path(folder), mode_of(Path(folder)) | READABLE)


def find_exposed_files() -> list[Path]:
    """What another account of this machine could read or change: private files, or the `.env` with its passwords.

    `.env` may belong to root and be readable for the site's group.
    """
    exposed = [path for path in private_paths() if mode_of(path) & OTHERS]
    env_file = Path(settings.BASE_DIR) / ".env"
    return [*exposed, env_file] if mode_of(env_file) & (OTHERS & ~stat.S_IRGRP) else exposed


def private_paths() -> Iterator[Path]:
    """What must be for the site alone, if it is there."""
    yield from (Path(settings.DATA_DIR) / name for name in PRIVATE_NAMES)
    if settings.IS_SQLITE:
        file = Path(settings.DATABASES["default"]["NAME"])
        yield from file.parent.glob(f"{glob.escape(file.name)}*")
    if Path(settings.ARCHIVE_TO).is_absolute():
        yield from Path(settings.ARCHIVE_TO).glob("*-private")  # named by registan/transfer/archive


def mode_of(path: Path) -> int:
    """Its permissions; 0 where there is nothing."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def set_mode(path: Path, mode: int) -> None:
    """Set its permissions if they differ and the file is ours."""
    if mode != mode_of(path) != 0:
        with contextlib.suppress(OSError):
            path.chmod(mode)
