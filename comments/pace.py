"""How fast one address may write. Counted in the database, so that every process counts the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from comments.models import Comment

# (how many, in what time). A quick reader writes a comment a minute; a school behind one address, a few.
LIMITS = ((12, timedelta(minutes=1)), (60, timedelta(hours=1)))


def wait_for(address: str) -> int:
    """Seconds until this address may write again; 0 when it may now, or when the address is not known.

    Call it in the transaction that stores the comment: until that ends, nobody else is counted for the address.
    """
    if not address:
        return 0
    one_at_a_time(address)
    now = timezone.now()
    return max(wait_within(address, count, span, now) for count, span in LIMITS)


def one_at_a_time(address: str) -> None:
    """Wait for the transactions of the same address. On SQLite there is one writer at a time in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"pace {address}"])


def wait_within(address: str, count: int, span: timedelta, now: datetime) -> int:
    """Seconds until fewer than `count` comments of the last `span` are the address's; 0 when they are already."""
    recent = Comment.objects.filter(address=address, created_at__gt=now - span).order_by("-created_at")
    oldest_that_counts = next(iter(recent.values_list("created_at", flat=True)[count - 1 : count]), None)
    return 0 if oldest_that_counts is None else int((oldest_that_counts + span - now).total_seconds()) + 1
