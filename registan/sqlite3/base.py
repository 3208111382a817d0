"""Django's SQLite backend, whose transactions wait for their turn in the queue of writers."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from registan.sqlite3.writer_queue import WriterQueue, queue_for


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin IMMEDIATE, one after another."""

    queue: WriterQueue | None = None  # while a transaction of this connection is open

    def _start_transaction_under_autocommit(self) -> None:
        queue = queue_for(str(self.settings_dict["NAME"]))
        if not queue.enter(self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked")
        self.queue = queue
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # unknown to the stubs
        except BaseException:
            self._leave_queue()
            raise

    def commit(self) -> None:
        super().commit()
        self._leave_queue()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._leave_queue()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._leave_queue()

    def _leave_queue(self, *_: Any) -> None:
        if self.queue:
            queue, self.queue = self.queue, None
            queue.leave()
