"""Stores of every archive and drill when it began, that it is still at work, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from registan.transfer.models import ArchiveRun

# Seconds between two signs of life.
BEAT_SECONDS = 60.0


@contextmanager
def logged_run(run: ArchiveRun) -> Iterator[ArchiveRun]:
    """Store a run that has begun; one that raises has failed, with the error for its detail."""
    if run.pk is None:
        run.save()
    stop = threading.Event()
    beat = threading.Thread(target=say_alive_until, args=(run, stop), daemon=True)
    beat.start()
    try:
        yield run
    except BaseException as error:
        run.end(ArchiveRun.Result.FAILED, detail=str(error) or type(error).__name__)
        raise
    finally:
        stop.set()
        beat.join()


def say_alive_until(run: ArchiveRun, stop: threading.Event) -> None:
    """In a thread with a connection of its own: that of the archive only reads."""
    while not stop.wait(BEAT_SECONDS):
        with suppress(Error):
            run.say_alive()
        connection.close()
