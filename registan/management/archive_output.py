"""What the commands for archives share: which archive is meant, progress, and the static files that pages need."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from registan.collected_static import is_static_outdated
from registan.transfer.archive.archive_folder import find_archives
from registan.transfer.archive.manifest import MANIFEST
from registan.transfer.archive.s3_place import S3Place, is_remote
from registan.transfer.archive.scratch import scratch_folder

# Seconds between two lines of progress.
PROGRESS_SECONDS = 1.0


def choose_archive(place: Path, part: str = "") -> Path | None:
    """The archive that `place` is, or the latest in it, of this part if one is named; None without any."""
    if (place / MANIFEST).is_file():
        return place
    found = [path for path in find_archives(place) if path.name.endswith(part)]
    return found[-1] if found else None


@contextmanager
def opened_place(place: str, part: str, *, looks: bool) -> Iterator[tuple[Path, S3Place | None]]:
    """The folder of archives; of a store, a folder for a while, in which its latest archive is if somebody `looks`.

    Raises StoreFailed, or ValueError for what is no address of a store.
    """
    if not is_remote(place):
        yield Path(place), None
        return
    store = S3Place(place)
    with scratch_folder() as folder:
        there = [name for name in store.names() if name.endswith(part)]
        if looks and there:
            store.fetch(there[-1], folder)
        yield folder, store


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
