"""What the commands for archives share: which archive is meant, progress, and the static files that pages need."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from registan.collected_static import is_static_outdated
from registan.transfer.archive.archive_folder import find_archives
from registan.transfer.archive.manifest import MANIFEST

# Seconds between two lines of progress.
PROGRESS_SECONDS = 1.0


def choose_archive(place: Path, part: str = "") -> Path | None:
    """The archive that `place` is, or the latest in it, of this part if one is named; None without any."""
    if (place / MANIFEST).is_file():
        return place
    found = [path for path in find_archives(place) if path.name.endswith(part)]
    return found[-1] if found else None


def progress_to(command: BaseCommand) -> Callable[[str], None]:
    """Say on the terminal what is being done, at most once a second; nothing where nobody reads along."""
    last = [0.0]

    def report(line: str) -> None:
        if sys.stderr.isatty() and time.monotonic() - last[0] > PROGRESS_SECONDS:
            last[0] = time.monotonic()
            command.stderr.write(f"\r\x1b[K{line}", ending="")

    return report


def prepare_static_files() -> None:
    """Pages name static files by their digests, which have to be known."""
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    if backend.startswith("registan.") and is_static_outdated():
        call_command("collectstatic", interactive=False, verbosity=0)
