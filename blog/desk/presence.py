"""Who else has a post open just now: said to each of them, so that two do not write over each other. Stops nobody."""

from __future__ import annotations

import datetime
import time
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache

from blog.desk.people import called
from blog.moments import hour

# Seconds: an open form says it again more often than that (static/js/desk-working.js).
LASTS = 120


class Present(NamedTuple):
    """Somebody who has the post open, and since when (seconds of the epoch)."""

    name: str
    since: float

    @property
    def since_time(self) -> str:
        return hour(datetime.datetime.fromtimestamp(self.since, datetime.UTC))


def enter(post_id: int, user: AbstractBaseUser) -> list[Present]:
    """`user` has the post open; who else has. Of two who come in the same instant one may be told a beat later."""
    now, everyone = time.time(), found(post_id)
    since = everyone.get(user.pk, (None, now))[1]
    cache.set(named(post_id), {**everyone, user.pk: (called(user), since, now)}, LASTS)
    others = [Present(name, since) for pk, (name, since, _seen) in everyone.items() if pk != user.pk]
    return sorted(others, key=lambda one: one.since)


def leave(post_id: int, user: AbstractBaseUser) -> None:
    everyone = found(post_id)
    if everyone.pop(user.pk, None):
        cache.set(named(post_id), everyone, LASTS)


def named(post_id: int) -> str:
    return f"desk.writing.{post_id}"


def found(post_id: int) -> dict[int, tuple[str, float, float]]:
    """By account: name, since when, and when last heard of."""
    now = time.time()
    return {pk: one for pk, one in cache.get(named(post_id), {}).items() if one[2] > now - LASTS}
