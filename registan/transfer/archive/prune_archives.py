"""Which archives stay: of each of the last days, weeks and months the latest."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from registan.transfer.archive.archive_folder import PARTIAL, find_archives

# A week of days, a month of weeks, a year of months.
DAYS, WEEKS, MONTHS = 7, 5, 12

PERIODS: tuple[tuple[int, Callable[[datetime.date], object]], ...] = (
    (DAYS, lambda day: day),
    (WEEKS, lambda day: day.isocalendar()[:2]),
    (MONTHS, lambda day: (day.year, day.month)),
)


def choose_to_keep(names: Iterable[str]) -> set[str]:
    """Of archives by their names, those that stay: the latest of each period that has one. Each part by itself."""
    kept: set[str] = set()
    for part in ("private", "public"):
        latest_first = sorted((name for name in names if name.endswith(part)), reverse=True)
        for number, period_of in PERIODS:
            latest: dict[object, str] = {}
            for name in latest_first:
                latest.setdefault(period_of(datetime.date.fromisoformat(name[:10])), name)
            kept.update([*latest.values()][:number])
    return kept


def choose_to_delete(names: Iterable[str]) -> list[str]:
    known = list(names)
    return sorted(set(known) - choose_to_keep(known))


def prune(place: Path) -> list[str]:
    """Delete the others from a folder; their names. Each loses its name first: half of one is no archive."""
    gone = choose_to_delete(path.name for path in find_archives(place))
    for name in gone:
        away = place / f"{PARTIAL}{name}"
        (place / name).rename(away)
        shutil.rmtree(away)
    return gone
