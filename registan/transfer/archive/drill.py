"""Restores an archive into a new database beside the site, which compares every page, and deletes it again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from registan.transfer.archive.scratch import scratch_folder


class DrillFailed(Exception):
    """The archive could not be restored, or pages differ; the text says what the restore said."""


def drill(folder: Path, *, identity: Path | None = None, report: Callable[[str], object] = lambda line: None) -> str:
    """Try the restore of the archive in `folder`; what the restore said of itself. Raises DrillFailed.

    In a process of its own, always on SQLite, with this site's settings and keys but nothing of its data.
    """
    with scratch_folder() as scratch:
        (scratch / "static").symlink_to(settings.STATIC_ROOT, target_is_directory=True)
        return run_restore(folder, identity, scratch, report)


def run_restore(folder: Path, identity: Path | None, scratch: Path, report: Callable[[str], object]) -> str:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(folder.resolve())]
    command += ["--identity", str(identity.resolve())] if identity else []
    environment = {**os.environ, **scratch_environment(scratch)}
    with subprocess.Popen(  # noqa: S603  our own command
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            del lines[:-50]
            report(f"drill: {line.rstrip()}")
    if process.returncode:
        raise DrillFailed("\n".join(lines) or f"the restore ended with {process.returncode}")
    return lines[-1] if lines else ""


def scratch_environment(scratch: Path) -> dict[str, str]:
    """The variables that keep the process away from the site's own data."""
    return {
        "DATA_DIR": str(scratch),
        "DATABASE_URL": f"sqlite:///{scratch / 'registan.sqlite3'}",
        "SECRET_KEY": settings.SECRET_KEY,
        "CACHE_URL": "local",
        "EMAIL_URL": "files",
        "MEDIA_STORAGE": "files",
        "REPLICA_URL": "none",
    }
