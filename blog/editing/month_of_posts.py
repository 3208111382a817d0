"""A month of posts by the days on which they appeared, are to appear, or are planned to."""

from __future__ import annotations

import calendar
import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format
from django.utils.functional import Promise

from blog.models import Author, Post
from blog.models.post_queryset import PostQuerySet

# Posts named on one day; the list of posts has the others.
MAX_POSTS_A_DAY = 6
# The hour at which a post is planned to appear when only its day is chosen.
PLANNED_HOUR = 9
# Years whose months a calendar can show: Python has none before or after the first and the last.
YEARS = range(datetime.MINYEAR + 1, datetime.MAXYEAR)


class CalendarDay(NamedTuple):
    """A day with the first of its posts, and how many more there are."""

    date: datetime.date
    posts: list[Post]
    more: int
    is_today: bool
    is_future: bool


class Weekday(NamedTuple):
    name: str | Promise
    short: str | Promise


def weekdays() -> list[Weekday]:
    """The days of the week in the order in which people of the active language count them."""
    week = calendar.Calendar(first_weekday()).iterweekdays()
    return [Weekday(WEEKDAYS[number], WEEKDAYS_ABBR[number]) for number in week]


def first_weekday() -> int:
    """As Python counts: Monday is 0. Django's formats begin with Sunday."""
    return (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


def month_of_posts(month: datetime.date, user: User | AnonymousUser) -> list[list[CalendarDay | None]]:
    """The weeks of the month that begins on `month`, with what `user` may edit; None for days of other months.

    One query reads the posts of that month alone, by the index of addresses; one more says who an author is.
    """
    first, last = month, next_month(month) - datetime.timedelta(days=1)
    by_day: dict[datetime.date | None, list[Post]] = defaultdict(list)
    for post in first_posts_of_days(first, last, user):
        by_day[post.published_on].append(post)
    today = timezone.localdate()
    return [
        [describe_day(date, by_day[date], today) if date.month == month.month else None for date in week]
        for week in calendar.Calendar(first_weekday()).monthdatescalendar(month.year, month.month)
    ]


def first_posts_of_days(first: datetime.date, last: datetime.date, user: User | AnonymousUser) -> Iterator[Post]:
    """The first posts of each of these days, each with the `number` of posts on its day."""
    posts = visible_posts(user).filter(published_on__range=(first, last))
    place = Window(RowNumber(), partition_by=F("published_on"), order_by=["published_at", "pk"])
    number = Window(Count("pk"), partition_by=F("published_on"))
    named = posts.annotate(place=place, number=number).filter(place__lte=MAX_POSTS_A_DAY)
    return named.only("title", "status", "published_at", "published_on").order_by("published_on", "place").iterator()


def visible_posts(user: User | AnonymousUser) -> PostQuerySet:
    """What `editable_by` finds, asked of each post of a month: that of an author's many posts would be read first."""
    if user.has_perm("blog.edit_others_posts"):
        return Post.objects.all()
    author = Author.objects.filter(user=user.pk).first()
    return Post.objects.belonging_to(author) if author else Post.objects.none()


def describe_day(date: datetime.date, posts: list[Post], today: datetime.date) -> CalendarDay:
    more = posts[0].number - len(posts) if posts else 0  # type: ignore[attr-defined]  # by the query
    return CalendarDay(date, posts, more, is_today=date == today, is_future=date > today)


def next_month(month: datetime.date) -> datetime.date:
    return (month + datetime.timedelta(days=31)).replace(day=1)


def previous_month(month: datetime.date) -> datetime.date:
    return (month - datetime.timedelta(days=1)).replace(day=1)


def planned_time(text: str) -> datetime.datetime | None:
    """When a post for the day `text` (YYYY-MM-DD) is to appear; None for what is no day to come."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    if day.year not in YEARS or day <= timezone.localdate():
        return None
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(PLANNED_HOUR)))
