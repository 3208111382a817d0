"""Says on a terminal how far an import is, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from registan.transfer.models import Run

# Between two lines.
SECONDS = 2.0


class ProgressLines:
    """Writes a line every few seconds."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.started = self.last = time.monotonic()
        self._begun_at: int | None = None

    def reading(self, items: int, comments: int) -> None:
        if self._is_time():
            line = _("Reading: %(items)s items, %(comments)s comments")
            self.write(line % {"items": f"{items:,}", "comments": f"{comments:,}"})

    def storing(self, run: Run) -> None:
        done, total = run.items_done + run.comments_done, run.item_count + run.comment_count
        if self._begun_at is None:
            self._begun_at, self.started = done, time.monotonic()
        if self._is_time():
            line = _(
                "Storing: %(items)s of %(all_items)s items, %(comments)s of %(all_comments)s comments, %(left)s left"
            )
            numbers = {
                "items": f"{run.items_done:,}",
                "all_items": f"{run.item_count:,}",
                "comments": f"{run.comments_done:,}",
                "all_comments": f"{run.comment_count:,}",
            }
            self.write(line % {**numbers, "left": self._time_left(done - self._begun_at, total - done)})

    def _is_time(self) -> bool:
        if time.monotonic() - self.last < SECONDS:
            return False
        self.last = time.monotonic()
        return True

    def _time_left(self, done: int, left: int) -> str:
        if not done:
            return "…"
        seconds = round((time.monotonic() - self.started) / done * left)
        return f"{seconds // 60}:{seconds % 60:02}"
