"""The numbers that moderators see of their own work: how much, how soon, by which path, and how often reversed."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import cast

from django.core.cache import caches
from django.utils import timezone

from comments.models import Comment, Decision
from comments.statistics import charts
from comments.statistics.tallies import describe_duration, last_days, median_wait, tally_periods
from comments.status import BY_PEOPLE, Status, Via

WINDOW_DAYS = 30
# The page stays open all day; nobody needs the last minute's decision on it.
CACHE_SECONDS = 5 * 60
# Automatic decisions whose outcome is looked up: the newest.
MAX_FOLLOWED = 5_000
CHART_SIZE = {"width": 600, "height": 96, "gap": 4}
# The median wait in seconds; by path, how many were decided and how many of these are approved today.
type SlowNumbers = tuple[float | None, dict[str, tuple[int, int]]]


@dataclass(frozen=True)
class AutomaticDecisions:
    """How often rules or the filter decided, and how many of these comments are approved today."""

    words: str
    decided_count: int
    reversed_count: int


@dataclass(frozen=True)
class TeamStatistics:
    """The last thirty days; `days` holds (date, decisions by people, decisions by the site)."""

    median_wait: str
    days: list[tuple[datetime.date, int, int]]
    bars: list[charts.Bar]
    channels: list[charts.ChartRow]
    automatic: list[AutomaticDecisions]
    chart: dict[str, int]

    @property
    def total(self) -> int:
        return sum(channel.number for channel in self.channels)


def team_statistics() -> TeamStatistics:
    """Two queries while cached; four from nothing, and what it costs to write the cache."""
    tallies = tally_periods(last_days(WINDOW_DAYS), seconds=CACHE_SECONDS)
    days = [(day.period.first, day.count(via=BY_PEOPLE), day.count(via=(Via.RULE, Via.FILTER))) for day in tallies]
    channels = {str(label): sum(day.channels()[via] for day in tallies) for via, label in Via.choices}
    cached = caches["default"].get_or_set("figures:slow", measure_wait_and_reversals, CACHE_SECONDS)
    wait, automatic = cast("SlowNumbers", cached)  # the stub of get_or_set allows None
    return TeamStatistics(
        median_wait=describe_duration(wait),
        days=days,
        bars=charts.stack_columns([parts for _day, *parts in days], **CHART_SIZE),
        channels=charts.chart_rows(dict(sorted(channels.items(), key=lambda channel: -channel[1]))),
        automatic=[AutomaticDecisions(str(Via(via).label), *numbers) for via, numbers in automatic.items()],
        chart=CHART_SIZE,
    )


def measure_wait_and_reversals() -> SlowNumbers:
    """The median wait; and for rules and the filter how much they decided and how much of it was reversed."""
    recent = Decision.objects.order_by().filter(at__gte=timezone.now() - datetime.timedelta(days=WINDOW_DAYS))
    automatic = recent.filter(via__in=(Via.RULE, Via.FILTER)).order_by("-id").values_list("via", "comment")
    followed = list(automatic[:MAX_FOLLOWED])
    # Not a join: SQLite would begin with every approved comment of the site.
    comments = Comment.objects.filter(pk__in=[pk for _via, pk in followed]).order_by()
    status = dict(comments.values_list("pk", "status"))
    decided = Counter(via for via, _pk in followed)
    approved = Counter(via for via, pk in followed if status[pk] == Status.APPROVED)
    return median_wait(recent), {via: (number, approved[via]) for via, number in sorted(decided.items())}
