"""Whether an upgrade has changed the tables since this process started, which then may write no more.

A web server or worker that an upgrade finds running has the code of before: what it wrote would be lost when the
upgrade is taken back, or would not fit the tables. The mark is a file in DATA_DIR: it reaches whoever shares that.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

# In DATA_DIR, in the folder of upgrade_record.py, which is not made by looking.
MARK = "upgrades/tables_changed"


def mark_file() -> Path:
    return Path(settings.DATA_DIR) / MARK


def read_mark() -> int:
    """Changes with each upgrade of the tables; 0 before the first."""
    try:
        return mark_file().stat().st_mtime_ns
    except OSError:
        return 0


class ProcessStart:
    """What the mark was when this process started, or the one that it was forked from."""

    mark = read_mark()


def is_outdated() -> bool:
    """Have the tables changed, or are they about to, since this process started?"""
    return read_mark() != ProcessStart.mark


def outdate_others() -> int:
    """Stop what other processes write from now on; this one goes on. Returns the mark of before."""
    before, file = read_mark(), mark_file()
    file.touch()
    if read_mark() <= before:  # within a tick of the clock of files, or after it was set back
        os.utime(file, ns=(before + 1, before + 1))
    ProcessStart.mark = read_mark()
    return before


def let_others_go_on(mark: int) -> None:
    """Take the mark back: the tables are as they were."""
    if mark:
        os.utime(mark_file(), ns=(mark, mark))
    else:
        mark_file().unlink(missing_ok=True)
    ProcessStart.mark = read_mark()
