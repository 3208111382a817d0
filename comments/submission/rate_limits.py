"""How fast one may write: from one home, from one neighbourhood of the network, and under a post in slow mode.

Counted in the database, so that every process counts the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from blog.models import Post
from comments.models import Comment
from comments.web.client_ip import home_network, neighbourhood_network

# (how many, in what time). A quick reader writes a comment a minute; a school behind one address, a few.
HOME_LIMITS = ((12, timedelta(minutes=1)), (60, timedelta(hours=1)))
# The same for a /24 or /48: a provider's street of readers, or one person who hires all its houses.
NETWORK_LIMITS = ((40, timedelta(minutes=1)), (240, timedelta(hours=1)))


def seconds_until_allowed(address: str) -> int:
    """Seconds until this address may write again; 0 when it may now, or when the address is not known. One query.

    To be sure, ask it in the transaction that stores the comment, after `one_at_a_time`.
    """
    if not (network := neighbourhood_network(address)):
        return 0
    now, (most, span) = timezone.now(), NETWORK_LIMITS[-1]
    recent = Comment.objects.filter(network=network, created_at__gt=now - span).order_by("-created_at")
    rows = list(recent.values_list("address", "created_at")[:most])
    own = [at for sender, at in rows if home_network(sender) == home_network(address)]
    return max(
        *(seconds_until_below_limit(own, count, span, now) for count, span in HOME_LIMITS),
        *(seconds_until_below_limit([at for _, at in rows], count, span, now) for count, span in NETWORK_LIMITS),
    )


def take_advisory_lock(what: str) -> None:
    """Wait for the transactions that asked for the same. On SQLite there is one writer at a time in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def seconds_until_below_limit(times: list[datetime], count: int, span: timedelta, now: datetime) -> int:
    """Seconds until fewer than `count` of these times, the latest first, lie within `span`; 0 when they do already."""
    return seconds_until(times[count - 1] + span, now) if len(times) >= count else 0


def seconds_until_slow_mode_allows(post: Post, address: str, email: str) -> int:
    """Seconds until this reader or his home may write again under a post in slow mode: two queries, or none."""
    if not post.slow_minutes:
        return 0
    now, span = timezone.now(), timedelta(minutes=post.slow_minutes)
    # The sum keeps the database from walking through the post's whole thread: few of the latest are from here.
    under = Comment.objects.annotate(under=F("post_id") + 0).filter(under=post.pk)
    recent = under.filter(created_at__gt=now - span).order_by("-created_at")
    near = (
        recent.filter(network=neighbourhood_network(address)).exclude(address=None).values_list("address", "created_at")
    )
    times = [at for sender, at in near if home_network(sender) == home_network(address)]
    his = recent.filter(reader__email=email.casefold()).values_list("created_at", flat=True)[:1]
    return max((seconds_until(at + span, now) for at in [*times[:1], *his]), default=0)


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds, at least one, until then; 0 when it is over."""
    return int((moment - now).total_seconds()) + 1 if moment > now else 0
