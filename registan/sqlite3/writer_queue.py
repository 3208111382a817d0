"""The queue of those who want to write to one SQLite file: the threads of a process, and one process after another.

SQLite has one writer at a time. Left alone, the others ask again after 1, 2, 5 and at last 100 milliseconds, so that
under many writers the file is idle for most of the time, and some never get it.
"""

from __future__ import annotations

import fcntl
import threading
import time
from functools import cache
from pathlib import Path

# Two bytes of the queue's file: who has locked the first may write, who has locked the second is next. Without a place
# for the next, a process with many writers would never let another one in.
WRITER, NEXT = 0, 1
# Seconds between two looks at a byte. At most one thread of each process looks.
PAUSE = 0.0005


class WriterQueue:
    """The queue for the file at `path`; one object for each process."""

    def __init__(self, path: str) -> None:
        self.threads = threading.Lock()
        self.file = Path(path).open("ab")  # noqa: SIM115  open for as long as the process lives

    def enter(self, timeout: float) -> bool:
        """Wait for the turn to write; False when it has not come after so many seconds."""
        deadline = time.monotonic() + timeout
        if not self.threads.acquire(timeout=timeout):
            return False
        if self.lock_byte(NEXT, deadline):
            may_write = self.lock_byte(WRITER, deadline)
            self.unlock_byte(NEXT)
            if may_write:
                return True
        self.threads.release()
        return False

    def leave(self) -> None:
        """Let the next one write."""
        self.unlock_byte(WRITER)
        self.threads.release()

    def lock_byte(self, byte: int, deadline: float) -> bool:
        # A lock of POSIX belongs to the process, so that a forked child does not share its parent's.
        while True:
            try:
                fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(PAUSE)
            else:
                return True

    def unlock_byte(self, byte: int) -> None:
        fcntl.lockf(self.file, fcntl.LOCK_UN, 1, byte)


@cache
def queue_for(path: str) -> WriterQueue:
    """The queue of this process for the database at `path`, whose file stands beside it."""
    return WriterQueue(f"{path}-writers")
