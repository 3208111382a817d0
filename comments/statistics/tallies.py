"""Counts the decisions that still stand, by day or by month.

A period that is over is counted once, and again only when one of its decisions is undone: nothing else changes it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from django.core.cache import caches
from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.text.datetimes import local_midnight
from comments.models import Decision
from comments.status import BY_PEOPLE, Status, Via

# Nobody judged anything here: an archive was imported, or a comment was erased.
NOT_JUDGEMENTS = (Via.IMPORT, Via.ERASURE)
# Numbers of periods that are over are counted anew after a week: an archive that is restored brings its own decisions
# into months that were counted before.
CACHE_AGE = datetime.timedelta(days=7)
# A transaction that began before midnight may end after it.
COMMIT_DELAY = datetime.timedelta(hours=1)
# The median is taken of this many decisions, the newest: exact within a few percent.
MEDIAN_SAMPLE = 1_000
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

# From which state, to which, by which path, for what reason.
type TransitionKey = tuple[str, str, str, str]
# Decisions that stand by their transition, how many were undone, and the median wait in seconds.
type PeriodCounts = tuple[Counter[TransitionKey], int, float | None]


@dataclass(frozen=True)
class Period:
    """From the midnight before `first` to the midnight before `end`, in the site's zone."""

    first: datetime.date
    end: datetime.date

    def decisions(self) -> QuerySet[Decision]:
        return Decision.objects.order_by().filter(at__gte=local_midnight(self.first), at__lt=local_midnight(self.end))

    @property
    def is_over(self) -> bool:
        return timezone.localtime(timezone.now() - COMMIT_DELAY).date() >= self.end

    @property
    def name(self) -> str:
        """The key of its numbers; another one once it is over, since earlier counts missed a part of it."""
        return f"{self.first:%Y%m%d}-{self.end:%Y%m%d}{' over' if self.is_over else ''}"

    def stands(self, changed: set[datetime.date]) -> bool:
        """Are its numbers still right when decisions of the `changed` days were undone?"""
        return self.is_over and not any(self.first <= day < self.end for day in changed)


@dataclass(frozen=True)
class Tally:
    """The decisions of a period: `rows` counts those that stand, by transition; `undone_count` were undone."""

    period: Period
    rows: Counter[TransitionKey]
    undone_count: int
    wait: float | None

    def count(self, *, was: str | None = None, became: str | None = None, via: Container[str] = ()) -> int:
        """Number of decisions with this transition; without `via`, by every path that is a judgement."""
        numbers = [
            number
            for (start, end, path, _reason), number in self.rows.items()
            if was in {None, start} and became in {None, end} and (path in via if via else path not in NOT_JUDGEMENTS)
        ]
        return sum(numbers)

    def channels(self) -> Counter[str]:
        """Number of decisions by path."""
        numbers: Counter[str] = Counter()
        for (_was, _became, via, _reason), number in self.rows.items():
            if via not in NOT_JUDGEMENTS:
                numbers[via] += number
        return numbers

    def reasons(self) -> Counter[str]:
        """Number of removals by reason."""
        numbers: Counter[str] = Counter()
        for (_was, became, via, reason), number in self.rows.items():
            if became == Status.REMOVED and via not in NOT_JUDGEMENTS:
                numbers[reason] += number
        return numbers


def tally_periods(periods: list[Period], *, seconds: int, timed: bool = False) -> list[Tally]:
    """The numbers of these periods, at most `seconds` old.

    The median wait is measured only when `timed`, as it costs as much as all the rest. The cache holds a single entry:
    with one for each period, the first page of a day would mostly write.
    """
    cache, name = caches["default"], f"record:{'timed' if timed else 'counted'}"
    now, wanted = timezone.now(), {period.name: period for period in periods}
    entry = cache.get(name) or {"until": now + CACHE_AGE, "at": now, "numbers": {}}
    numbers: dict[str, PeriodCounts] = entry["numbers"]
    if now >= entry["at"] + datetime.timedelta(seconds=seconds) or not wanted.keys() <= numbers.keys():
        changed = days_changed(since=entry["at"]) if numbers else set()
        stand = {key: numbers[key] for key, period in wanted.items() if key in numbers and period.stands(changed)}
        numbers = stand | count_periods({key: wanted[key] for key in wanted.keys() - stand.keys()}, timed=timed)
        seconds_left = max(1, int((entry["until"] - now).total_seconds()))
        cache.set(name, {"until": entry["until"], "at": now, "numbers": numbers}, seconds_left)
    return [Tally(period, *numbers[key]) for key, period in wanted.items()]


def days_changed(*, since: datetime.datetime) -> set[datetime.date]:
    """The days of every decision on comments of which a decision was undone since then.

    Every decision, because an undo may itself be undone: then the first in the row stands again. Selected by time, so
    that the index is used.
    """
    undos = Decision.objects.order_by().filter(at__gte=since - COMMIT_DELAY, undoes__isnull=False)
    moments = Decision.objects.order_by().filter(comment__in=undos.values("comment")).values_list("at", flat=True)
    return {timezone.localdate(at) for at in moments}


def count_periods(periods: dict[str, Period], *, timed: bool) -> dict[str, PeriodCounts]:
    """Count these periods in two queries for all of them, and one more for each when `timed`."""
    if not periods:
        return {}
    decided = count_transitions(periods, undone=0)
    stand, undone, sign = {key: Counter(rows) for key, rows in decided.items()}, 1, -1
    # A decision that was undone no longer stands; when the undo is undone it stands again, and so on.
    while any((counts := count_transitions(periods, undone=undone)).values()):
        for key, rows in counts.items():
            for transition, number in rows.items():
                stand[key][transition] += sign * number
        undone, sign = undone + 1, -sign
    return {
        key: (
            +stand[key],
            decided[key].total() - stand[key].total(),
            median_wait(period.decisions()) if timed else None,
        )
        for key, period in periods.items()
    }


def count_transitions(periods: dict[str, Period], *, undone: int) -> dict[str, Counter[TransitionKey]]:
    """Decisions by transition, undos left out, of those followed by a chain of at least `undone` undos.

    One statement, in which each period reads its own piece of the index.
    """
    counts: dict[str, Counter[TransitionKey]] = {key: Counter() for key in periods}
    chain = {"__".join(["undone_by"] * undone) + "__isnull": False} if undone else {}
    # Undos are counted and subtracted: asked for "undoes IS NULL", SQLite would begin with that and read every row.
    parts = [
        period.decisions()
        .filter(**chain)
        .values_list(Value(key, output_field=CharField()), "from_status", "to_status", "via", "reason")
        .annotate(Count("id"), Count("undoes"))
        for key, period in periods.items()
    ]
    for key, was, became, via, reason, number, undos in parts[0].union(*parts[1:], all=True).order_by():
        if number > undos:
            counts[key][was, became, via, reason] = number - undos
    return counts


def median_wait(decisions: QuerySet[Decision]) -> float | None:
    """The median of how long comments waited for a moderator, in seconds; None when there were none."""
    before = Decision.objects.filter(comment=OuterRef("comment"), pk__lt=OuterRef("pk")).order_by("-pk")
    decided = decisions.filter(from_status=Status.PENDING, via__in=BY_PEOPLE, undoes=None).order_by("-id")
    times = decided[:MEDIAN_SAMPLE].annotate(since=Subquery(before.values("at")[:1])).values_list("at", "since")
    waits = [(at - since).total_seconds() for at, since in times]
    return median(waits) if waits else None


def last_days(count: int) -> list[Period]:
    """The last `count` days up to today, oldest first."""
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=ago) for ago in reversed(range(count))]
    return [Period(day, day + datetime.timedelta(days=1)) for day in days]


def last_months(count: int) -> list[Period]:
    """The last `count` months up to this one, oldest first."""
    today = timezone.localdate()
    number = today.year * 12 + today.month - 1
    firsts = [datetime.date(month // 12, month % 12 + 1, 1) for month in range(number - count + 1, number + 2)]
    return [Period(first, end) for first, end in pairwise(firsts)]


def describe_duration(seconds: float | None) -> str:
    """A duration in its greatest unit ("3 hours"); "" for None."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return _("less than a minute")
    units: list[tuple[int, Callable[[int], str]]] = [
        (DAY, lambda number: ngettext("%d day", "%d days", number)),
        (HOUR, lambda number: ngettext("%d hour", "%d hours", number)),
        (MINUTE, lambda number: ngettext("%d minute", "%d minutes", number)),
    ]
    # Counted in a unit from two of it on: "1 day" would say the same of 25 hours and of 47.
    size, words = next((unit, words) for unit, words in units if seconds >= (2 * unit if unit > MINUTE else unit))
    number = round(seconds / size)
    return words(number) % number
