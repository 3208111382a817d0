"""A job of the worker: imports that were uploaded in the admin, a second of work in each round."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from registan.transfer.content.import_authors import UnknownByline
from registan.transfer.models import Run, Source, UploadPart
from registan.transfer.models.import_run import RunTaken
from registan.transfer.runs.foreign_export import open_detected
from registan.transfer.runs.import_engine import ImportEngine, WrongSums
from registan.transfer.runs.inspection import ImportOptions, inspect_in_steps
from registan.transfer.wordpress.reader.refusals import RefusedExport

log = logging.getLogger(__name__)

# Of one round of the worker: email waits no longer than that.
ROUND_SECONDS = 1.0


class UploadJob:
    """What this worker is importing: it goes on with it in the next round."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self._steps: Iterator[None] = iter(())

    def advance(self) -> int:
        """Work for about a second; 1 while there is something to import."""
        if self.run is None and not self._begin():
            return 0
        run, ends_at = self.run, time.monotonic() + ROUND_SECONDS
        if run is None or not run.is_still_ours():
            self._drop()
            return 1
        try:
            for _step in self._steps:
                if time.monotonic() >= ends_at:
                    return 1
        except (RefusedExport, UnknownByline, WrongSums) as error:
            run.end(Run.State.FAILED, error=str(error))
        except RunTaken:
            pass
        except Exception:
            log.exception("The import %s failed.", run.pk)
            run.end(Run.State.FAILED, error=_("An unexpected error, which is in the log. Resume it, or tell us of it."))
        self._end(run)
        return 1

    def _begin(self) -> bool:
        self.run = UploadPart.objects.runs_to_do().first()
        if self.run is None:
            return False
        if self.run.state == Run.State.STOPPING:  # its worker has died before it could stop
            self.run.end(Run.State.STOPPED)
            self.run = None
            return True
        self.run.take()
        self._steps = import_uploaded(self.run)
        return True

    def _drop(self) -> None:
        """Leave a run to whoever has taken it over; one that was asked to stop is stopped."""
        if self.run and Run.objects.filter(pk=self.run.pk, holder=self.run.holder, state=Run.State.STOPPING).exists():
            self.run.end(Run.State.STOPPED)
        self.run, self._steps = None, iter(())

    def _end(self, run: Run) -> None:
        """What has ended for good needs its files no more."""
        if run.state == Run.State.FINISHED:
            UploadPart.objects.filter(run=run).delete()
        self.run, self._steps = None, iter(())


def import_uploaded(run: Run) -> Iterator[None]:
    """Do a run, which this process holds, in short steps."""
    zone, authors = run.options.get("time_zone"), run.options.get("authors")
    options = ImportOptions(
        authors or None, ZoneInfo(zone) if zone else None, fetch_from=run.options.get("fetch_from"), in_worker=True
    )
    with TemporaryDirectory() as folder:
        files = open_detected(UploadPart.objects.write_to(Path(folder), run), run.options.get("home", ""))
        steps = inspect_in_steps(files, options, now=timezone.now())
        while True:
            try:
                next(steps)
            except StopIteration as end:
                inspection = end.value
                break
            yield
        run.source = Source.objects.get_or_create_for(files.system, inspection.plan.home)
        run.record_progress(
            source=run.source, item_count=inspection.plan.item_count, comment_count=inspection.plan.comment_count
        )
        run.stop_others()
        yield from ImportEngine(run, files, options, inspection).steps()


JOB = UploadJob()


def advance_uploaded_import() -> int:
    """Go on with what was uploaded; how many imports there are to do, 0 or 1."""
    return JOB.advance()
