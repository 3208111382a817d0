"""Django's SQLite backend: transactions wait for their turn in the queue of writers, and share waits for the disk."""

from __future__ import annotations

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from registan.sqlite3.shared_sync import sync_for
from registan.sqlite3.writer_queue import WriterQueue, queue_for

# Levels of PRAGMA synchronous: FULL waits for the disk in each commit, NORMAL only before the log is emptied.
FULL, NORMAL = 2, 1


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin IMMEDIATE, one after another, and wait for the disk together."""

    queue: WriterQueue | None = None  # while a transaction of this connection is open
    is_synced_later = False  # in a transaction that waits for the disk after it has left the queue
    reads_only = False  # its transactions only read, and wait for nobody (transfer/archive/snapshot.py)

    def _start_transaction_under_autocommit(self) -> None:
        if self.reads_only:
            with self.wrap_database_errors:
                self.connection.execute("BEGIN DEFERRED")
            return
        try:
            queue = queue_for(str(self.settings_dict["NAME"]))
        except OSError as error:  # a folder to which nobody may write; pages that only want to cache go on
            raise OperationalError("attempt to write a readonly database") from error
        if not queue.enter(self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked")
        self.queue = queue
        try:
            self._sync_later()
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # unknown to the stubs
        except BaseException:
            self._end_transaction()
            raise

    def commit(self) -> None:
        super().commit()
        sync = sync_for(str(self.settings_dict["NAME"]))
        number = sync.count_commit() if self.is_synced_later else 0
        self._end_transaction()
        try:
            sync.wait(number)
        except OSError as error:  # stored or not: nobody may be told that it is, and whoever sends it again makes one
            raise OperationalError("disk I/O error") from error

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._end_transaction()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._leave_queue()

    def _sync_later(self) -> None:
        """Let the commit of the next transaction leave the disk to `SharedSync`, unless nobody is to wait for it."""
        with self.wrap_database_errors:
            if self.connection.execute("PRAGMA synchronous").fetchone()[0] == FULL:
                self.connection.execute(f"PRAGMA synchronous = {NORMAL}")
                self.is_synced_later = True

    def _end_transaction(self) -> None:
        """Let the next one write, and this connection's single statements wait for the disk again."""
        try:
            if self.is_synced_later:
                self.is_synced_later = False
                with self.wrap_database_errors:
                    self.connection.execute(f"PRAGMA synchronous = {FULL}")
        finally:
            self._leave_queue()

    def _leave_queue(self) -> None:
        if self.queue:
            queue, self.queue = self.queue, None
            queue.leave()
