"""Counts what comes due by the clock: a scheduled post appears, a conversation closes."""

from __future__ import annotations

from typing import Unpack

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from blog.models import Clock, Post, Redirect
from blog.models.clock import ClockArguments, ClockReading
from blog.models.post_counted import PostCounted
from blog.models.site import follow_site
from blog.text.site_values import site


def read_clock(**subject: Unpack[ClockArguments]) -> ClockReading:
    """Read the clock, once whatever has come due is counted: so no page depends on a running worker."""
    reading = Clock.read(**subject)
    follow_site(reading.site_version)
    while reading.is_due:
        try:
            run_due()
        except DatabaseError:
            if not site().is_read_only:
                raise
            return reading  # the database takes no writes: it is read as it stands
        reading = Clock.read(**subject)
    return reading


@transaction.atomic
def run_due() -> None:
    """Recount for the posts that have appeared and move the clock; does nothing when another process was first."""
    now, clock = timezone.now(), Clock.objects.filter(name=Clock.SITE)
    seen = clock.values("due", "close_after").get()
    if seen["due"] and seen["due"] <= now:
        appeared = Post.objects.published(now=now).filter(published_at__gte=seen["due"])
        # What is public takes its address for itself, as when it is saved.
        Redirect.objects.filter(path__in=[post.get_absolute_url() for post in appeared]).delete()
        # Before the clock is locked, as whoever saves a post locks the rows that count it before the clock.
        PostCounted.recount(row for post in appeared for row in post.counted_by())
    elif seen["close_after"] == site().close_after_days:
        return
    if clock.select_for_update().values("due", "close_after").get() == seen:
        changes = {"due": Post.objects.next_due(now), "close_after": site().close_after_days}
        clock.update(value=F("value") + 1, **changes)
