"""Posts counted by month: what the archive says of its years, and how a page deep in a list is found."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Count
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest
from django.urls import reverse

from blog.models.post_queryset import PostQuerySet
from blog.page_cache import cached_value

# From this position on a page of posts is found by its month: an OFFSET passes all those before it.
FAR = 1_000

# The last day of a month, and the number of posts published in it.
type MonthRow = tuple[datetime.date, int]


def seek_month(request: HttpRequest, counted: PostQuerySet, name: str, rows: Any, start: int) -> tuple[Any, int]:
    """For `paginate`: from position `start` on, `rows` begin in a month, which is found without passing those before.

    `counted` are the same posts in any order; `name` says which, for the cache.
    """
    if start < FAR:
        return rows, start
    for last_day, count in load_months(request, counted, name):
        if start < count:
            return rows.filter(published_on__lte=last_day), start
        start -= count
    return rows.none(), 0


def load_months(request: HttpRequest, posts: PostQuerySet, name: str) -> list[MonthRow]:
    """What `count_posts_by_month` says; `name` says for the cache which posts these are."""
    months: list[MonthRow] = cached_value(request, f"months-{name}", lambda: count_posts_by_month(posts))
    return months


def count_posts_by_month(posts: PostQuerySet) -> list[MonthRow]:
    """Every month in which some of these posts were published, the last first."""
    months = posts.order_by().values(month=Substr(Cast("published_on", CharField()), 1, 7))
    rows = months.annotate(count=Count("pk")).order_by("-month").values_list("month", "count")
    first_days = [(datetime.date.fromisoformat(f"{month}-01"), count) for month, count in rows]
    return [(day.replace(day=calendar.monthrange(day.year, day.month)[1]), count) for day, count in first_days]


def sum_years(months: Iterable[MonthRow]) -> list[dict[str, Any]]:
    """The years of these months in the same order: {year, url, count}."""
    years: Counter[str] = Counter()
    for day, count in months:
        years[f"{day.year:04}"] += count
    return [{"year": year, "url": reverse("blog:year", args=[year]), "count": years[year]} for year in years]
