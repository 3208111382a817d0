"""What happens to a record before it is written: its request is named, a foreseen failure takes one line, and what
repeats itself is counted instead."""

from __future__ import annotations

import copy
import errno
import logging
import smtplib
import threading
import time
from typing import Any

from blog.fetch.client import FetchError
from blog.web import request_id
from registan.away import is_away

# Answers that say nothing about the site: programs try addresses by the thousand, and nginx logs each.
QUIET_STATUSES = frozenset({404, 410})
# Lines of one kind in a minute; the others are counted. A traceback is written for the first of them.
MAX_OF_A_KIND, WINDOW_SECONDS = 10, 60.0
# Kinds remembered: more than a site ever has at once.
MAX_KINDS = 1_000
# Of a disk, or of open files: not ours to mend.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})


def is_foreseen(error: BaseException | None) -> bool:
    """Is this a failure of something else than our code, of which a traceback tells nothing?"""
    if isinstance(error, ConnectionError | TimeoutError | smtplib.SMTPException | FetchError) or is_away(error):
        return True
    return isinstance(error, OSError) and error.errno in FULL


class QuietFilter(logging.Filter):
    """Drops Django's lines about addresses where nothing is."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) not in QUIET_STATUSES


class RequestFilter(logging.Filter):
    """Names the request, or the round of the worker, that a record belongs to; drops no record.

    From here on it is a copy: what the next filters change is nothing to other handlers.
    """

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        copied = copy.copy(record)
        copied.request_id = request_id.current()
        return copied


class FailureFilter(logging.Filter):
    """Writes a foreseen failure on one line, and drops what repeats itself."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.seen: dict[Any, tuple[float, int]] = {}  # by kind: since when, how many

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        count, left_out = self.count(kind_of(record), time.monotonic())
        if count > MAX_OF_A_KIND:
            return False
        error = record.exc_info[1] if record.exc_info else None
        if error and (count > 1 or is_foreseen(error)):
            record.msg, record.args = f"{record.getMessage()} ({describe_error(error)})", None
            record.exc_info = record.exc_text = None
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more like this were left out)", None
        return True

    def count(self, kind: Any, now: float) -> tuple[int, int]:
        """How many of this kind there are in this minute with this one, and how many the last one left out."""
        with self.lock:
            since, count = self.seen.get(kind, (now, 0))
            left_out = 0
            if now - since >= WINDOW_SECONDS:
                since, count, left_out = now, 0, max(0, count - MAX_OF_A_KIND)
            if len(self.seen) >= MAX_KINDS:
                self.seen.clear()
            self.seen[kind] = (since, count + 1)
            return count + 1, left_out


def kind_of(record: logging.LogRecord) -> Any:
    """What makes two records the same: where they come from, and the place or the first words of their failure."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return record.name, str(record.msg), getattr(record, "status_code", None)
    if is_foreseen(error):
        return record.name, describe_error(error)
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = (frame.tb_frame.f_code.co_filename, frame.tb_lineno) if frame else None
    return record.name, type(error), place


def describe_error(error: BaseException) -> str:
    """Its kind and first line."""
    return f"{type(error).__name__}: {str(error).strip().partition('\n')[0]}"
