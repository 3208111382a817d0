"""Reads the times of exports: with a zone, without one, as seconds or thousandths since 1970."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d{1,12})?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_EPOCH = datetime.datetime(1970, 1, 1)
# Seconds until the year 5138: larger numbers are thousandths of seconds.
_MOST_SECONDS = 10**11


class Moment(NamedTuple):
    """A time in the form in which records have it: `local` where clocks are known, `gmt` where the zone is."""

    local: datetime.datetime | None = None
    gmt: datetime.datetime | None = None


NEVER = Moment()


def read_moment(text: str, *, is_gmt: bool = False) -> Moment:
    """Read `2020-05-01T12:00:00+02:00` and the like; `is_gmt` says what a time without a zone is.

    A time in GMT says nothing of the clocks where it was written, so that `local` is None. Raises ValueError for what
    is no time; "" is NEVER.
    """
    text = text.strip()
    if not text:
        return NEVER
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(f"{text[:40]!r} is not a time.")
    numbers = [int(number or 0) for number in match.groups()[:6]]
    local = _within_calendar(datetime.datetime(*numbers))  # type: ignore[arg-type]
    zone = (match[7] or "").upper()
    if not zone and not is_gmt:
        return Moment(local=local)
    offset = _read_offset(zone)
    if not offset:
        return Moment(gmt=local)
    return Moment(local, local - offset)


def read_epoch(number: float) -> Moment:
    """Read seconds, or thousandths of seconds, since 1970 in GMT. Raises ValueError beyond the calendar."""
    seconds = number / 1000 if abs(number) > _MOST_SECONDS else number
    try:
        return Moment(gmt=_within_calendar(_EPOCH + datetime.timedelta(seconds=int(seconds))))
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{number!r} is not a time.") from error


def _read_offset(zone: str) -> datetime.timedelta:
    if zone in ("", "Z", "UTC", "GMT"):
        return datetime.timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def _within_calendar(moment: datetime.datetime) -> datetime.datetime:
    # In the first and the last year of the calendar, another zone would be beyond it.
    if not datetime.MINYEAR + 1 < moment.year < datetime.MAXYEAR - 1:
        raise ValueError(f"The year {moment.year} is not one of a blog.")
    return moment
