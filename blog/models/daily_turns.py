"""How often one neighbourhood is counted in a day: what machines ask for would fill any table."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import caches
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.web.client_ip import home_network, neighbourhood_network

# How long one home's asking again counts as the same asking.
COUNT_AGAIN_AFTER = timedelta(days=1)


def take_turn(kind: str, asked: str, *, address: str, limit: int) -> bool:
    """May it be counted that `address` asked for this? Once a day for each home, `limit` times for each neighbourhood.

    Remembered for a day in the page cache, by the name `kind`, without words and addresses to read.
    """
    pages, now = caches["pages"], timezone.now().timestamp()
    key = f"{kind}:{digest(kind, neighbourhood_network(address))}"
    since, counted = pages.get(key) or (now, ())
    mark = digest(kind, f"{home_network(address)} {asked}")
    if mark in counted or len(counted) >= limit:
        return False
    pages.set(key, (since, (*counted, mark)), COUNT_AGAIN_AFTER.total_seconds() - (now - since))
    return True


def digest(kind: str, text: str) -> str:
    """16 digits that tell nobody what `text` was."""
    return salted_hmac(f"blog.{kind}", text, algorithm="sha256").hexdigest()[:16]
