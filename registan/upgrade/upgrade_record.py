"""What ran here and what each upgrade did: small files in DATA_DIR/upgrades, beside the backups."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.utils import timezone

from registan.site_version import read_version

FOLDER = "upgrades"
RAN_FILE, RECORD_FILE = "ran.json", "upgrade.json"
# Backups take as much room as the database: those of older upgrades go, their records stay.
KEPT_BACKUPS = 2
RUNNING, DONE, FAILED, UNDONE = "running", "done", "failed", "undone"


@dataclass(frozen=True)
class Release:
    """A version of the code with the packages it runs on."""

    version: str
    commit: str = ""
    django: str = ""
    python: str = ""
    packages: str = ""  # the folder of its environment

    def __str__(self) -> str:
        return f"{self.version} ({self.commit[:10]})" if self.commit else self.version

    @classmethod
    def current(cls) -> Release:
        """The one that runs this."""
        packages = Path(sys.prefix).resolve().name
        return cls(read_version(), read_commit(), django.get_version(), platform.python_version(), packages)


@dataclass
class UpgradeRecord:
    """One upgrade; its folder also has the backup."""

    folder: Path
    new: Release
    old: Release | None
    started_at: str = ""
    ended_at: str = ""
    result: str = RUNNING
    migrations: list[str] = field(default_factory=list)
    backup: str = ""  # the name of the file, once it is whole
    backup_at: str = ""
    chores: list[str] = field(default_factory=list)

    def save(self) -> None:
        write_private(self.folder / RECORD_FILE, {**asdict(self), "folder": self.folder.name})

    def end(self, result: str) -> None:
        self.result, self.ended_at = result, timezone.now().isoformat()
        self.save()

    @property
    def backup_file(self) -> Path | None:
        file = self.folder / self.backup
        return file if self.backup and file.is_file() else None


def upgrades_folder() -> Path:
    """Made for its owner alone."""
    folder = Path(settings.DATA_DIR) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_private(file: Path, content: dict[str, Any]) -> None:
    """Write JSON for the owner alone, whole or not at all."""
    part = file.with_suffix(".part")
    with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as stored:  # noqa: PTH123
        json.dump(content, stored, indent=1)
        stored.flush()
        os.fsync(stored.fileno())
    part.replace(file)


def read_ran() -> Release | None:
    """The version that ran here last; None when none has written that down yet."""
    try:
        return Release(**json.loads((upgrades_folder() / RAN_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write_ran(release: Release) -> None:
    if read_ran() != release:
        write_private(upgrades_folder() / RAN_FILE, asdict(release))


def read_records() -> list[UpgradeRecord]:
    """All upgrades, the latest first; what can't be read is left out."""
    records = []
    for file in sorted(upgrades_folder().glob(f"*/{RECORD_FILE}"), reverse=True):
        try:
            stored = json.loads(file.read_text())
            releases = {name: Release(**stored[name]) if stored[name] else None for name in ("old", "new")}
            records.append(UpgradeRecord(**{**stored, **releases, "folder": file.parent}))
        except (ValueError, TypeError, KeyError):
            continue
    return records


def begin_record(new: Release, migrations: list[str]) -> UpgradeRecord:
    """A record for this upgrade; that of one that was interrupted goes on, with its backup of the version before."""
    last = next(iter(read_records()), None)
    if last and last.result in {RUNNING, FAILED} and last.backup_file and last.new.version == new.version:
        last.new, last.result = new, RUNNING
        last.migrations += [name for name in migrations if name not in last.migrations]
        last.save()
        return last
    now = timezone.now()
    folder = upgrades_folder() / now.strftime("%Y-%m-%dT%H%M%S.%fZ")
    folder.mkdir(mode=0o700)
    record = UpgradeRecord(folder, new, read_ran(), now.isoformat(), migrations=migrations)
    record.save()
    return record


def delete_old_backups() -> None:
    """Keep the backups of the latest upgrades alone."""
    with_backup = [record for record in read_records() if record.backup_file]
    for record in with_backup[KEPT_BACKUPS:]:
        if record.backup_file:
            record.backup_file.unlink()


def read_commit() -> str:
    """The commit of the code; "" when it came without its history."""
    git = shutil.which("git")
    if not git or not (settings.BASE_DIR / ".git").exists():
        return ""
    command = [git, "-c", f"safe.directory={settings.BASE_DIR}", "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else ""
