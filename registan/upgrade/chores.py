"""What an upgrade leaves to be done while the site is already running again: by the worker, one after the other.

The list is a file in DATA_DIR, which the worker of the same machine reads. A chore is a command that may be stopped and
run again; the health page finds by itself what was never done.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import time
from typing import IO

from django.conf import settings

from registan.site_health.health_line import State
from registan.site_health.release import search_index_line, stored_html_line
from registan.upgrade.upgrade_record import upgrades_folder, write_private

log = logging.getLogger(__name__)

CHORES_FILE = "chores.json"
# Each by the line of the health page that asks for it.
CHORES = {"rerender": stored_html_line, "reindex": search_index_line}
LOOK_SECONDS = 5.0
# After a failure.
PAUSE_SECONDS = 3600.0
# How much they stand back for readers.
NICENESS = 10


def find_chores() -> list[str]:
    """The commands whose work this version needs."""
    return [command for command, line in CHORES.items() if line().state != State.GOOD]


def queue_chores(chores: list[str]) -> None:
    """Leave them to the worker."""
    waiting = read_chores()
    if missing := [chore for chore in chores if chore not in waiting]:
        store_chores([*waiting, *missing])


def read_chores() -> list[str]:
    """Those that wait, in their order."""
    try:
        stored = json.loads((upgrades_folder() / CHORES_FILE).read_text())["chores"]
    except (OSError, ValueError, KeyError):
        return []
    return [chore for chore in stored if chore in CHORES]


def store_chores(chores: list[str]) -> None:
    file = upgrades_folder() / CHORES_FILE
    if chores:
        write_private(file, {"chores": chores})
    else:
        file.unlink(missing_ok=True)


class ChoreRunner:
    """The chore that this worker has started, in a process of its own: the worker goes on meanwhile."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.claim: IO[str] | None = None
        self.chore = ""
        self.next_look = 0.0

    def look(self) -> int:
        """See what has ended, and start what waits; always 0, since nobody waits for it."""
        if time.monotonic() < self.next_look:
            return 0
        self.next_look = time.monotonic() + LOOK_SECONDS
        if self.process:
            self._see_whether_it_ended(self.process)
        elif chores := read_chores():
            self._start(chores[0])
        return 0

    def _start(self, chore: str) -> None:
        claim = (upgrades_folder() / "chores.lock").open("w")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another worker of this machine is at it
            claim.close()
            return
        self.claim, self.chore = claim, chore
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), chore]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet)  # noqa: S603  ours
        os.setpriority(os.PRIO_PROCESS, self.process.pid, NICENESS)

    def _see_whether_it_ended(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            return
        if process.returncode:
            log.error("manage.py %s failed after the upgrade; it is tried again in an hour.", self.chore)
            self.next_look = time.monotonic() + PAUSE_SECONDS
        else:
            store_chores([chore for chore in read_chores() if chore != self.chore])
        if self.claim:
            self.claim.close()
        self.process = self.claim = None


RUNNER = ChoreRunner()


def run_chores_of_upgrade() -> int:
    """A job of the worker; always 0."""
    return RUNNER.look()
