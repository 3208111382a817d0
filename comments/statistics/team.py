"""What the team sees of its own work on the desk's front page: how much, how soon, by which path, and how well."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.core.cache import caches
from django.utils import timezone

from comments.models import Comment, Decision
from comments.statistics import charts
from comments.statistics.tallies import describe_duration, last_days, median_wait, tally_periods
from comments.status import BY_PEOPLE, Status, Via

WINDOW_DAYS = 30
# The page is opened all day long; nobody waits for the last minute's decision to show.
CACHE_SECONDS = 5 * 60
# Decisions by rules and the filter that are followed to their end: the newest.
MAX_FOLLOWED = 5_000
CHART_SIZE = {"width": 600, "height": 96, "gap": 4}


@dataclass(frozen=True)
class AutomaticDecisions:
    """What decides without us: how often, and how many of these comments stand approved today."""

    words: str
    decided_count: int
    reversed_count: int


@dataclass(frozen=True)
class TeamStatistics:
    """Of the last thirty days. `days` are (date, decided by people, decided by the site)."""

    median_wait: str
    days: list[tuple[datetime.date, int, int]]
    bars: list[charts.Bar]
    channels: list[charts.ChartRow]
    automatic: list[AutomaticDecisions]
    chart: dict[str, int]

    @property
    def total(self) -> int:
        return sum(way.number for way in self.channels)


def team_statistics() -> TeamStatistics:
    """In two queries as long as they are kept; made from nothing, in four, and what it costs to keep them."""
    found = tally_periods(last_days(WINDOW_DAYS), seconds=CACHE_SECONDS)
    days = [(one.period.first, one.count(via=BY_PEOPLE), one.count(via=(Via.RULE, Via.FILTER))) for one in found]
    ways = {label: sum(one.channels()[via] for one in found) for via, label in Via.choices}
    wait, judges = caches["default"].get_or_set("figures:slow", measure_wait_and_reversals, CACHE_SECONDS)
    return TeamStatistics(
        median_wait=describe_duration(wait),
        days=days,
        bars=charts.stack_columns([parts for _day, *parts in days], **CHART_SIZE),
        channels=charts.chart_rows(dict(sorted(ways.items(), key=lambda one: -one[1]))),
        automatic=[AutomaticDecisions(Via(via).label, *numbers) for via, numbers in judges.items()],
        chart=CHART_SIZE,
    )


def measure_wait_and_reversals() -> tuple[float | None, dict[str, tuple[int, int]]]:
    """The median wait, and for rules and the filter what they did and what moderators thought better of."""
    recent = Decision.objects.order_by().filter(at__gte=timezone.now() - datetime.timedelta(days=WINDOW_DAYS))
    ways = recent.filter(via__in=(Via.RULE, Via.FILTER)).order_by("-id").values_list("via", "comment")
    judged = list(ways[:MAX_FOLLOWED])
    # Not a join: SQLite would begin with every approved comment of the site.
    comments = Comment.objects.filter(pk__in=[pk for _via, pk in judged]).order_by()
    status = dict(comments.values_list("pk", "status"))
    acted = Counter(via for via, _pk in judged)
    approved = Counter(via for via, pk in judged if status[pk] == Status.APPROVED)
    return median_wait(recent), {via: (number, approved[via]) for via, number in sorted(acted.items())}
