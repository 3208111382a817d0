"""Websites of commenters: a link only for whoever has been approved as often as a regular (models/thread_pages.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, IntegerField, Subquery

from blog.models.clock import Clock
from blog.models.composed_query import ComposedQuery, Parameter
from comments.models.comment import Comment
from comments.models.policy import MAX_REGULAR_AFTER, Policy

REGULAR_AFTER = Subquery(Policy.objects.values("regular_after")[:1])
# For each approved comment of a reader, up to one more than make a regular: their number, and how many make one.
LIMITS = ComposedQuery(
    lambda: (
        Comment.objects.approved()
        .filter(reader=Parameter("reader", IntegerField()))
        .order_by()
        .values_list("reader", REGULAR_AFTER)[: MAX_REGULAR_AFTER + 1]
    )
)


def is_website_linked(reader_pk: int) -> bool:
    """Is the name of this reader a link to their website?"""
    needed = Policy.current().regular_after
    return Comment.objects.approved().filter(reader=reader_pk)[:needed].count() >= needed


def move_clock_for_websites(comments: Iterable[Comment], *, by: int) -> None:
    """Let all pages change when these comments make a reader's website a link, or a link text.

    They appeared (`by` is 1) or disappeared (-1); call it afterwards, in the same transaction. It happens once or
    twice in the life of a reader, whose comments are on many pages: so the clock of the whole site is moved.
    """
    changed = Counter(comment.reader_id for comment in comments if comment.reader_id)
    if changed and (crossing := find_crossing(changed, by=by)) and has_websites(crossing):
        Clock.move_site()


def find_crossing(changed: Counter[int], *, by: int) -> list[int]:
    """The readers who have become regulars, or are none any more, by a change of so many comments each; one query."""
    if changed.total() == 1:  # as when a comment is sent: not all that its writer ever wrote is counted
        limits = LIMITS(reader=next(iter(changed)))
        counts = {reader: (len(limits), limit) for reader, limit in limits}
    else:
        approved = Comment.objects.approved().filter(reader__in=changed).order_by()
        rows = approved.values_list("reader").annotate(Count("pk"), limit=REGULAR_AFTER)
        counts = {reader: (after, limit) for reader, after, limit in rows}
    crossing = []
    for reader, number in changed.items():
        after, limit = counts.get(reader, (0, None))
        limit = limit or Policy().regular_after
        if (after >= limit) != (after - by * number >= limit):
            crossing.append(reader)
    return crossing


def has_websites(readers: Iterable[int]) -> bool:
    return Comment.objects.filter(reader__in=readers, shown=True).exclude(website="").exists()
