"""Times as people write and read them: in the site's time zone, where a night may skip an hour or repeat it."""

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString


class NonexistentTime(ValueError):
    """A time that the clocks skip; `before` and `after` are what they show at the jump, in hours and minutes."""

    def __init__(self, before: datetime.time, after: datetime.time) -> None:
        super().__init__(f"The clocks jump from {before:%H:%M} to {after:%H:%M}.")
        self.before, self.after = before, after


def format_datetime(moment: datetime.datetime) -> str:
    """Date and time in the site's time zone, in the reader's language."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def format_time(moment: datetime.datetime) -> str:
    """The time alone, likewise."""
    return date_format(timezone.localtime(moment), "TIME_FORMAT")


def time_element(moment: datetime.datetime) -> SafeString:
    """Date and time on a page for readers, which static/js/local-times.js writes in the zone of whoever reads it."""
    return _local_element(moment, "", format_datetime(moment))


def hour_element(moment: datetime.datetime) -> SafeString:
    """The time alone, likewise."""
    return _local_element(moment, get_format("TIME_FORMAT"), format_time(moment))


def _local_element(moment: datetime.datetime, pattern: str, words: str) -> SafeString:
    """`pattern` is how the script writes it; "" for a whole date."""
    html = '<time datetime="{}" data-local="{}">{}</time>'
    return format_html(html, timezone.localtime(moment).isoformat(timespec="seconds"), pattern, words)


def date_or_min(year: str, month: str, day: str) -> datetime.date:
    """The date in an address; one that does not exist becomes a date on which nothing was ever posted."""
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return datetime.date.min


def local_midnight(day: datetime.date) -> datetime.datetime:
    """When `day` begins in the site's time zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def next_hour(hour: int, zone: ZoneInfo, *, after: datetime.datetime) -> datetime.datetime:
    """The first moment later than `after` (aware) at which it is `hour` o'clock in `zone`, in UTC.

    Once a day: an hour that the clocks repeat counts the first time, and an hour that they skip counts an hour later,
    as zoneinfo reads such times (PEP 495, fold=0).
    """
    day = after.astimezone(zone).date()
    for offset in range(-1, 3):
        date = day + datetime.timedelta(days=offset)
        moment = datetime.datetime(date.year, date.month, date.day, hour, tzinfo=zone).astimezone(datetime.UTC)
        if moment > after:
            return moment
    raise AssertionError("three days without this hour")


def resolve_local_time(naive: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """The first moment at which the clocks of `zone` show `naive`; NonexistentTime when they never do."""
    moment = naive.replace(tzinfo=zone, fold=0)
    if _is_on_the_clock(moment):
        return moment
    # PEP 495: in a gap, fold 0 has the offset before the jump and fold 1 that after it.
    length = (moment.replace(fold=1).utcoffset() or _ZERO) - (moment.utcoffset() or _ZERO)
    start = _gap_start(moment)
    raise NonexistentTime(start.time(), (start + length).time())


def is_ambiguous(moment: datetime.datetime) -> bool:
    """Do the clocks in the zone of `moment` show its date and time twice?"""
    return _is_on_the_clock(moment) and moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


_ZERO = datetime.timedelta()
_MINUTE = datetime.timedelta(minutes=1)


def _is_on_the_clock(moment: datetime.datetime) -> bool:
    converted = moment.astimezone(datetime.UTC).astimezone(moment.tzinfo)
    return converted.replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None, fold=0)


def _gap_start(moment: datetime.datetime) -> datetime.datetime:
    """The first minute that the clocks skip, without its zone. Gaps are hours long: a few hundred steps at most."""
    minute = moment.replace(second=0, microsecond=0)
    while not _is_on_the_clock(minute - _MINUTE):
        minute -= _MINUTE
    return minute.replace(tzinfo=None)
