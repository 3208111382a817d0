"""One wait for the disk for all the transactions that were committed meanwhile, as larger databases do it.

SQLite waits for the disk within each commit, with the only turn to write: several milliseconds in which nobody else
writes. Here the commit only writes to the log, the next one gets the turn, and then each waits until the log is on the
disk before it goes on: nothing is acknowledged that a power failure could lose.
"""

from __future__ import annotations

import contextlib
import os
import threading
from functools import cache


class SharedSync:
    """Waits for the disk, for the threads of this process; `log` is the path of the write-ahead log."""

    def __init__(self, log: str) -> None:
        self.log = log
        self.turn = threading.Lock()
        self.committed = self.synced = 0

    def count_commit(self) -> int:
        """The number of a transaction that is in the log; called by one at a time, with the turn to write."""
        self.committed += 1
        return self.committed

    def wait(self, number: int) -> None:
        """Return when the transaction of this number is on the disk. Raises OSError when the disk fails."""
        with self.turn:
            if self.synced < number:  # unless another thread has waited for this one as well
                reached = self.committed
                self.sync()
                self.synced = reached

    def sync(self) -> None:
        # Without a log everything is in the database itself: SQLite deletes it only then.
        with contextlib.suppress(FileNotFoundError):
            log = os.open(self.log, os.O_RDONLY)
            try:
                os.fdatasync(log)
            finally:
                os.close(log)


@cache
def sync_for(path: str) -> SharedSync:
    """That of this process for the database at `path`, beside which SQLite keeps its log."""
    return SharedSync(f"{path}-wal")
