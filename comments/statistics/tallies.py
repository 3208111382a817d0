"""Days and months of the record in numbers: the decisions that stand. What is over is counted once, and again only
when something of it is taken back: else the record does not change."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from django.core.cache import caches
from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.text.datetimes import local_midnight
from comments.models import Decision
from comments.status import BY_PEOPLE, Status, Via

# Neither is a judgement: an archive moved in, or words were erased at their writer's wish or by their age.
NOT_JUDGEMENTS = (Via.IMPORT, Via.ERASURE)
# How long the numbers of a period stand that is over. A week, not for ever: an archive that is restored brings its
# own record of months that were counted before.
CACHE_AGE = datetime.timedelta(days=7)
# A transaction that began before midnight may end after it.
COMMIT_DELAY = datetime.timedelta(hours=1)
# Decisions of a period by which its median is taken: the newest, enough to be exact within a few percent.
MEDIAN_SAMPLE = 1_000
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
# From which state, to which, by which path, for what reason.
TransitionKey = tuple[str, str, str, str]


@dataclass(frozen=True)
class Period:
    """From the midnight before `first` to the midnight before `end`, where the site is."""

    first: datetime.date
    end: datetime.date

    def decisions(self):
        return Decision.objects.order_by().filter(at__gte=local_midnight(self.first), at__lt=local_midnight(self.end))

    @property
    def is_over(self) -> bool:
        return timezone.localtime(timezone.now() - COMMIT_DELAY).date() >= self.end

    @property
    def name(self) -> str:
        """Another one when it is over: what was counted before is not all."""
        return f"{self.first:%Y%m%d}-{self.end:%Y%m%d}{' over' if self.is_over else ''}"

    def stands(self, changed: set[datetime.date]) -> bool:
        """Are its numbers still right when something was taken back of these days?"""
        return self.is_over and not any(self.first <= day < self.end for day in changed)


@dataclass(frozen=True)
class Tally:
    """The decisions of a period. `rows`: how many of them stand, by their move; the others were `taken_back`."""

    period: Period
    rows: Counter[TransitionKey]
    taken_back: int
    wait: float | None

    def count(self, *, was: str | None = None, became: str | None = None, via: Iterable[str] = ()) -> int:
        """How many moved so; without `via`, all judgements."""
        return sum(
            number
            for (start, end, way, _reason), number in self.rows.items()
            if was in {None, start} and became in {None, end} and (way in via if via else way not in NOT_JUDGEMENTS)
        )

    def channels(self) -> Counter[str]:
        """How many decisions were made by each path."""
        found: Counter[str] = Counter()
        for (_was, _became, via, _reason), number in self.rows.items():
            if via not in NOT_JUDGEMENTS:
                found[via] += number
        return found

    def reasons(self) -> Counter[str]:
        """How many removals had each reason."""
        found: Counter[str] = Counter()
        for (_was, became, via, reason), number in self.rows.items():
            if became == Status.REMOVED and via not in NOT_JUDGEMENTS:
                found[reason] += number
        return found


def tally_periods(periods: list[Period], *, seconds: int, timed: bool = False) -> list[Tally]:
    """The numbers of these periods, as they were at most so many `seconds` ago.

    How long comments had waited is asked only where it is told (`timed`): it costs as much as all the rest. All that
    is kept is one entry of the cache: with one for each period, the first page of a day would be mostly writing.
    """
    cache, name = caches["default"], f"record:{'timed' if timed else 'counted'}"
    now, wanted = timezone.now(), {period.name: period for period in periods}
    kept = cache.get(name) or {"until": now + CACHE_AGE, "at": now, "numbers": {}}
    numbers = kept["numbers"]
    if now >= kept["at"] + datetime.timedelta(seconds=seconds) or not wanted.keys() <= numbers.keys():
        changed = days_changed(since=kept["at"]) if numbers else set()
        stand = {key: numbers[key] for key, period in wanted.items() if key in numbers and period.stands(changed)}
        numbers = stand | count_periods({key: wanted[key] for key in wanted.keys() - stand.keys()}, timed=timed)
        seconds_left = max(1, int((kept["until"] - now).total_seconds()))
        cache.set(name, {"until": kept["until"], "at": now, "numbers": numbers}, seconds_left)
    return [Tally(period, *numbers[key]) for key, period in wanted.items()]


def days_changed(*, since: datetime.datetime) -> set[datetime.date]:
    """The days of all decisions on the comments of which one was taken back since then.

    Taking back is what changes the numbers of a period that is over. All decisions on these comments, since an undoing
    may itself be undone: then it is the first of the row that stands again. Read by time, and so in the index.
    """
    undoings = Decision.objects.order_by().filter(at__gte=since - COMMIT_DELAY, undoes__isnull=False)
    moments = Decision.objects.order_by().filter(comment__in=undoings.values("comment")).values_list("at", flat=True)
    return {timezone.localdate(at) for at in moments}


def count_periods(
    periods: dict[str, Period], *, timed: bool
) -> dict[str, tuple[Counter[TransitionKey], int, float | None]]:
    """What is kept of each of these periods, from the record: two queries for all, and one for each that is timed."""
    if not periods:
        return {}
    made = count_transitions(periods, undone=0)
    stand, undone, sign = {key: Counter(rows) for key, rows in made.items()}, 1, -1
    # What was undone stands no more; what was undone, and that undone, stands again; and so on.
    while any((found := count_transitions(periods, undone=undone)).values()):
        for key, rows in found.items():
            for move, number in rows.items():
                stand[key][move] += sign * number
        undone, sign = undone + 1, -sign
    return {
        key: (+stand[key], made[key].total() - stand[key].total(), median_wait(one.decisions()) if timed else None)
        for key, one in periods.items()
    }


def count_transitions(periods: dict[str, Period], *, undone: int) -> dict[str, Counter[TransitionKey]]:
    """How many decisions that take nothing back moved comments how, of those with so many undoings in a row or more.

    One statement, in which each period reads its own piece of the index.
    """
    found: dict[str, Counter[TransitionKey]] = {key: Counter() for key in periods}
    chain = {"__".join(["undone_by"] * undone) + "__isnull": False} if undone else {}
    # Undoings are counted and subtracted: asked for "undoes IS NULL", SQLite would begin with that, all of the record.
    parts = [
        period.decisions()
        .filter(**chain)
        .values_list(Value(key, output_field=CharField()), "from_status", "to_status", "via", "reason")
        .annotate(Count("id"), Count("undoes"))
        for key, period in periods.items()
    ]
    for key, *move, number, undoings in parts[0].union(*parts[1:], all=True).order_by():
        if number > undoings:
            found[key][tuple(move)] = number - undoings
    return found


def median_wait(decisions) -> float | None:
    """Half of the comments decided by people had waited less, in seconds; None when there were none."""
    before = Decision.objects.filter(comment=OuterRef("comment"), pk__lt=OuterRef("pk")).order_by("-pk")
    decided = decisions.filter(from_status=Status.PENDING, via__in=BY_PEOPLE, undoes=None).order_by("-id")[
        :MEDIAN_SAMPLE
    ]
    waited = decided.annotate(since=Subquery(before.values("at")[:1])).values_list("at", "since")
    return median(((at - since).total_seconds() for at, since in waited)) if (waited := list(waited)) else None


def last_days(count: int) -> list[Period]:
    """So many days up to today, the oldest first."""
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=ago) for ago in reversed(range(count))]
    return [Period(day, day + datetime.timedelta(days=1)) for day in days]


def last_months(count: int) -> list[Period]:
    """So many months up to this one, the oldest first."""
    today = timezone.localdate()
    number = today.year * 12 + today.month - 1
    firsts = [datetime.date(month // 12, month % 12 + 1, 1) for month in range(number - count + 1, number + 2)]
    return [Period(first, end) for first, end in pairwise(firsts)]


def describe_duration(seconds: float | None) -> str:
    """A duration as people say it, to its greatest unit; "" for none."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return _("less than a minute")
    units = [
        (DAY, lambda n: ngettext("%d day", "%d days", n)),
        (HOUR, lambda n: ngettext("%d hour", "%d hours", n)),
        (MINUTE, lambda n: ngettext("%d minute", "%d minutes", n)),
    ]
    # Two days at least before days are counted: "1 day" would say as little of 25 hours as of 47.
    size, words = next((unit, words) for unit, words in units if seconds >= (2 * unit if unit > MINUTE else unit))
    number = round(seconds / size)
    return words(number) % number
