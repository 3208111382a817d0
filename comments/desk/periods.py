"""Days and months of the record in numbers. What is over is counted once: the record does not change."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median

from django.core.cache import caches
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Decision
from comments.moderation import Status, Via

PEOPLE = (Via.DESK, Via.ADMIN, Via.MAIL)
# Neither is a judgement: an archive moved in, or words were erased at their writer's wish or by their age.
QUIET = (Via.IMPORT, Via.ERASURE)
# How long the numbers of a period stand that is over. A week, not for ever: an archive that is restored brings its
# own record of months that were counted before.
KEPT_WHEN_OVER = 7 * 24 * 60 * 60
# A transaction that began before midnight may end after it.
SETTLED = datetime.timedelta(hours=1)
# Decisions of a period by which its median is taken: the newest, enough to be exact within a few percent.
MEASURED = 1_000
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


@dataclass(frozen=True)
class Period:
    """From the midnight before `first` to the midnight before `end`, where the site is."""

    first: datetime.date
    end: datetime.date

    def decisions(self):
        return Decision.objects.order_by().filter(at__gte=midnight(self.first), at__lt=midnight(self.end))

    @property
    def is_over(self) -> bool:
        return timezone.localtime(timezone.now() - SETTLED).date() >= self.end


@dataclass(frozen=True)
class Tally:
    """The decisions of a period. `rows`: how many by (from, to, via, reason, whether it took another back)."""

    period: Period
    rows: Counter[tuple[str, str, str, str, bool]]
    wait: float | None

    def count(self, *, was: str | None = None, became: str | None = None, via: Iterable[str] = ()) -> int:
        """How many moved so; without `via`, all judgements."""
        return sum(
            number
            for (start, end, way, _reason, _undoes), number in self.rows.items()
            if was in {None, start} and became in {None, end} and (way in via if via else way not in QUIET)
        )

    @property
    def taken_back(self) -> int:
        return sum(number for (*_which, undoes), number in self.rows.items() if undoes)

    def channels(self) -> Counter[str]:
        """How many decisions were made by each path."""
        found: Counter[str] = Counter()
        for (_was, _became, via, _reason, _undoes), number in self.rows.items():
            if via not in QUIET:
                found[via] += number
        return found

    def reasons(self) -> Counter[str]:
        """How many removals had each reason."""
        found: Counter[str] = Counter()
        for (_was, became, via, reason, _undoes), number in self.rows.items():
            if became == Status.REMOVED and via not in QUIET:
                found[reason] += number
        return found


def tallies(periods: list[Period], *, seconds: int, timed: bool = False) -> list[Tally]:
    """The numbers of these periods; of one that is not over yet, as they were at most so many `seconds` ago.

    How long comments had waited is asked only where it is told (`timed`): it costs as much as all the rest.
    """
    cache, kind = caches["default"], "timed" if timed else "counted"
    keys = {f"record:{kind}:{period.first:%Y%m%d}-{period.end:%Y%m%d}": period for period in periods}
    kept = cache.get_many(keys)
    for key, period in keys.items():
        if key not in kept:
            kept[key] = counted(period), median_wait(period.decisions()) if timed else None
            cache.set(key, kept[key], KEPT_WHEN_OVER if period.is_over else seconds)
    return [Tally(period, *kept[key]) for key, period in keys.items()]


def counted(period: Period) -> Counter[tuple[str, str, str, str, bool]]:
    """The rows of a tally, from the record."""
    columns = ["from_status", "to_status", "via", "reason"]
    groups = period.decisions().values_list(*columns).annotate(Count("id"), Count("undoes"))
    rows: Counter = Counter()
    for *which, number, undoings in groups:
        rows[(*which, True)] += undoings
        rows[(*which, False)] += number - undoings
    return +rows


def median_wait(decisions) -> float | None:
    """Half of the comments decided by people had waited less, in seconds; None when there were none."""
    before = Decision.objects.filter(comment=OuterRef("comment"), pk__lt=OuterRef("pk")).order_by("-pk")
    decided = decisions.filter(from_status=Status.PENDING, via__in=PEOPLE, undoes=None).order_by("-id")[:MEASURED]
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


def midnight(day: datetime.date) -> datetime.datetime:
    """When this day begins where the site is."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def in_words(seconds: float | None) -> str:
    """A duration as people say it, to its greatest unit; "" for none."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return _("less than a minute")
    units = [
        (DAY, partial(ngettext, "%d day", "%d days")),
        (HOUR, partial(ngettext, "%d hour", "%d hours")),
        (MINUTE, partial(ngettext, "%d minute", "%d minutes")),
    ]
    # Two days at least before days are counted: "1 day" would say as little of 25 hours as of 47.
    size, words = next((unit, words) for unit, words in units if seconds >= (2 * unit if unit > MINUTE else unit))
    number = round(seconds / size)
    return words(number) % number
