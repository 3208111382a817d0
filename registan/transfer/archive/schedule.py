"""A job of the worker: starts archives and drills when they are due. What fails is an alarm (registan/alarms/)."""

from __future__ import annotations

import subprocess
import sys
import time
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registan.transfer.models import ArchivePlan, ArchiveRun, Every

# Seconds between two looks at the schedule.
LOOK_SECONDS = 60.0
# Characters of what a process said at its end.
LAST_WORDS = 2_000
OPTIONS = {
    ArchiveRun.Kind.ARCHIVE: ["--private", "--prune"],
    ArchiveRun.Kind.DRILL: ["--drill"],
}


class Schedule:
    """What this worker has started, one process at a time: the worker goes on meanwhile."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.output: IO[bytes] | None = None
        self.run: ArchiveRun | None = None
        self.next_look = 0.0

    def look(self) -> int:
        """Once a minute, see what has ended and what is due; always 0, since nobody waits for it."""
        if time.monotonic() < self.next_look:
            return 0
        self.next_look = time.monotonic() + LOOK_SECONDS
        plan = ArchivePlan.current()
        if self.process:
            self._see_whether_it_ended(self.process)
        elif Every.OFF not in (plan.archive_every, plan.drill_every) or plan.archive_every != plan.drill_every:
            end_silent_runs()
            self.run = take_due_run()
            if self.run:
                self._start(self.run)
        return 0

    def _start(self, run: ArchiveRun) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "archive", settings.ARCHIVE_TO]
        command += [*OPTIONS[ArchiveRun.Kind(run.kind)], "--run", str(run.pk)]
        self.output = TemporaryFile()  # noqa: SIM115  open for as long as the process runs
        self.process = subprocess.Popen(command, stdout=self.output, stderr=subprocess.STDOUT)  # noqa: S603  ours

    def _see_whether_it_ended(self, process: subprocess.Popen[bytes]) -> None:
        """Take note of one that could not do so itself, killed or before it had begun."""
        if process.poll() is None or self.run is None or self.output is None:
            return
        self.run.refresh_from_db()
        if self.run.result == ArchiveRun.Result.RUNNING:
            self.output.seek(0)
            words = self.output.read().decode(errors="replace").strip()[-LAST_WORDS:]
            self.run.end(ArchiveRun.Result.FAILED, detail=words or f"It ended with {process.returncode}.")
        self.output.close()
        self.process = self.output = self.run = None


def end_silent_runs() -> None:
    """What was killed with its worker has failed."""
    for run in ArchiveRun.objects.silent():
        run.end(
            ArchiveRun.Result.FAILED,
            detail=_("It ended without a word: its process was killed, or the machine stopped."),
        )


@transaction.atomic
def take_due_run() -> ArchiveRun | None:
    """The run that is due, stored, so that no other worker starts it; None while there is none, or another runs."""
    plan = ArchivePlan.objects.select_for_update().get_or_create(pk=ArchivePlan.current().pk)[0]
    if ArchiveRun.objects.exclude(pk__in=ArchiveRun.objects.ended().values("pk")).exists():
        return None
    for kind in ArchiveRun.Kind:
        period = plan.every(kind).period
        last = ArchiveRun.objects.filter(kind=kind).first()
        if period and (last is None or last.started_at <= timezone.now() - period):
            return ArchiveRun.objects.create(kind=kind)
    return None


SCHEDULE = Schedule()


def run_due_archives() -> int:
    """Start what is due, and see what became of it; always 0."""
    return SCHEDULE.look()
