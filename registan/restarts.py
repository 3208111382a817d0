"""Remembers how often the site, or its worker, was started lately.

In a file, since whoever starts them has no database.
One that ends again and again is started each time, and nobody would notice.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from django.conf import settings

FILE = "restarts"
# Lines kept.
MAX_LINES = 50


def record_start(name: str) -> None:
    """Add a line, `SECONDS NAME`; a disk that takes none must not keep the site from starting."""
    with contextlib.suppress(OSError):
        lines = [*read_starts(), f"{int(time.time())} {name}"][-MAX_LINES:]
        path().write_text("\n".join(lines) + "\n")


def recent_starts(seconds: float) -> list[str]:
    """The names of what was started within so many seconds, the last one at the end."""
    now, names = time.time(), []
    for line in read_starts():
        at, _space, name = line.partition(" ")
        if at.isdecimal() and now - seconds < int(at) <= now:
            names.append(name)
    return names


def read_starts() -> list[str]:
    try:
        return path().read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def path() -> Path:
    return Path(settings.DATA_DIR) / FILE
