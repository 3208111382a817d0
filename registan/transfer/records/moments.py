"""When something was written: an export has local time and GMT, and does not say which zone is local."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from typing import Protocol
from zoneinfo import ZoneInfo

from blog.text.datetimes import NonexistentTime, resolve_local_time

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
# How WordPress writes "never": MySQL's zero, and what PHP makes of it.
_ZERO_TIME = re.compile(r"(?:-0001-11-30|0000-00-00)\b.*")
# The clocks of the world; pairs of times beyond them contradict each other.
EARLIEST_OFFSET, LATEST_OFFSET = datetime.timedelta(hours=-12), datetime.timedelta(hours=14)
# All zones since 1986 are at quarters of an hour; a post saved across a second has a pair a second apart.
QUARTER = datetime.timedelta(minutes=15)


def parse_wordpress_time(text: str) -> datetime.datetime | None:
    """`2024-02-16 11:07:09` without a zone; None for "" and WordPress's zero. Raises ValueError for all else."""
    if not text or _ZERO_TIME.fullmatch(text):
        return None
    match = _TIME.fullmatch(text)
    # In the first and the last year of the calendar, another zone would be beyond it.
    if not match or not datetime.MINYEAR < int(match[1]) < datetime.MAXYEAR:
        raise ValueError(f"{text[:40]!r} is not a time.")
    return datetime.datetime(*(int(number) for number in match.groups()))  # type: ignore[arg-type]


class LocalClock(Protocol):
    """Knows what the clocks showed where the blog was written."""

    def to_utc(self, local: datetime.datetime) -> datetime.datetime:
        """The moment (aware, UTC) at which they showed `local` (naive)."""
        ...


class ZoneClock:
    """The clock of a zone that the owner named. Times that it skipped are an hour later, repeated ones the first."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def to_utc(self, local: datetime.datetime) -> datetime.datetime:
        try:
            moment = resolve_local_time(local, self.zone)
        except NonexistentTime:
            moment = local.replace(tzinfo=self.zone, fold=0)
        return moment.astimezone(datetime.UTC)


class PairsClock:
    """A clock learnt from pairs of local time and GMT: it had the offset that most pairs of the nearest month have."""

    def __init__(self) -> None:
        self.offsets: Counter[datetime.timedelta] = Counter()
        self.contradictions = 0
        self._months: dict[int, Counter[datetime.timedelta]] = defaultdict(Counter)

    def add(self, local: datetime.datetime, gmt: datetime.datetime) -> None:
        offset = QUARTER * round((local - gmt) / QUARTER)
        if not EARLIEST_OFFSET <= offset <= LATEST_OFFSET:
            self.contradictions += 1
            return
        self.offsets[offset] += 1
        self._months[_month_number(local)][offset] += 1

    def to_utc(self, local: datetime.datetime) -> datetime.datetime:
        month = _month_number(local)
        nearest = min(self._months, key=lambda known: (abs(known - month), known), default=None)
        offset = self._months[nearest].most_common(1)[0][0] if nearest is not None else datetime.timedelta()
        return (local - offset).replace(tzinfo=datetime.UTC)


def find_moment(
    local: datetime.datetime | None, gmt: datetime.datetime | None, clock: LocalClock
) -> datetime.datetime | None:
    """The moment in UTC: GMT where the export has it, or else the local time by `clock`; None where it has neither."""
    if gmt:
        return gmt.replace(tzinfo=datetime.UTC)
    return clock.to_utc(local) if local else None


def _month_number(moment: datetime.datetime) -> int:
    return 12 * moment.year + moment.month
