"""A job of the worker: exports that were asked for in the admin, made beside its other jobs, one after the other."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils.translation import gettext as _

from blog.models import Page
from registan.transfer.exports.markdown.markdown_export import write_markdown
from registan.transfer.exports.rows.chosen_rows import choose_posts
from registan.transfer.exports.rows.progress import Advance
from registan.transfer.exports.rows.whole_files import open_private, write_zip
from registan.transfer.exports.static.public_site import write_static_site
from registan.transfer.exports.wordpress.write_items import write_wordpress
from registan.transfer.models import Export, ExportStopped, Run

log = logging.getLogger(__name__)

# How long a round of the worker waits for an export: email waits no longer than that.
ROUND_SECONDS = 1.0
# The pages of a static site to one text: its own, and a share in lists.
PAGES_PER_TEXT = 2


class Progress:
    """Counts what is done, and stores it once a second. Raises ExportStopped where the export is not ours any more."""

    def __init__(self, export: Export) -> None:
        self.export, self.done, self._next_at = export, 0, 0.0

    def __call__(self, number: int) -> None:
        self.done += number
        if (now := time.monotonic()) >= self._next_at:
            self._next_at = now + ROUND_SECONDS
            self.export.record_progress(self.done)


class ExportJob:
    """What this worker exports: in a thread with its own connection, language and caches."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def advance(self) -> int:
        """Wait about a second for the export that is being made, or begin one; 1 while there is one."""
        if self._thread is None:
            if (export := Export.objects.to_do().first()) is None:
                return 0
            self._thread = threading.Thread(target=make_in_thread, args=[export], name="export", daemon=True)
            self._thread.start()
        self._thread.join(ROUND_SECONDS)
        if not self._thread.is_alive():
            self._thread = None
        return 1


def make_in_thread(export: Export) -> None:
    close_old_connections()
    try:
        make_export(export)
    finally:
        connections.close_all()


def make_export(export: Export) -> None:
    """Make the file of an export, and store how that ended. Whatever was there of an earlier attempt is deleted."""
    export.delete_file()
    try:
        export.take(count_texts(export))
        Path(settings.EXPORT_ROOT).mkdir(parents=True, exist_ok=True, mode=0o700)
        with open_private(export.path) as stream:
            write_export(export, stream, Progress(export))
        export.end(Run.State.FINISHED, bytes=export.path.stat().st_size, done=export.total)
    except ExportStopped:
        log.warning("The export %s was taken over or deleted.", export.pk)
        return
    except OSError as error:
        export.end(Run.State.FAILED, error=_("The file could not be written: %s. Make room, and try again.") % error)
        return
    except Exception:
        log.exception("The export %s failed.", export.pk)
        export.end(Run.State.FAILED, error=_("An unexpected error, which is in the log. Try again, or tell us of it."))
        return
    if export.kind == Export.Kind.SITE and (old := Export.objects.offered().first()):
        Export.objects.offer(export)
        old.delete_file()


def count_texts(export: Export) -> int:
    """What the progress is measured by."""
    number = choose_posts(private=export.is_private).count() + Page.objects.count()
    return number * PAGES_PER_TEXT if export.kind == Export.Kind.SITE else number


def write_export(export: Export, stream: BinaryIO, advance: Advance) -> None:
    """Raises OSError and ExportStopped."""
    if export.kind == Export.Kind.WORDPRESS:
        write_wordpress(stream, private=export.is_private, advance=advance)
    elif export.kind == Export.Kind.MARKDOWN:
        private = export.is_private
        write_zip(stream, lambda folder: write_markdown(folder, private=private, advance=advance), advance)
    else:
        write_zip(stream, lambda folder: write_static_site(folder, advance=advance), advance)


JOB = ExportJob()


def advance_export() -> int:
    """Go on with what was asked for, and with what is to be renewed; whether there is something to do, 0 or 1."""
    return JOB.advance() or int(Export.objects.renew())


def delete_outdated_exports() -> int:
    """Delete exports after some days, with their files where these are on this machine; how many."""
    rows = list(Export.objects.outdated())
    for export in rows:
        export.delete_file()
        export.delete()
    return len(rows)
