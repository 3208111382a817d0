"""Who else has a post open just now: said to each of them, so that two do not write over each other. Stops nobody."""

from __future__ import annotations

import datetime
import time
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache

from blog.text.datetimes import format_time
from blog.text.display_names import display_name

# Seconds: an open form says it again more often than that (static/js/autosave.js).
PRESENCE_SECONDS = 120


class PresentEditor(NamedTuple):
    """Somebody who has the post open, and since when (seconds of the epoch)."""

    name: str
    since: float

    @property
    def since_time(self) -> str:
        return format_time(datetime.datetime.fromtimestamp(self.since, datetime.UTC))


def enter_post(post_id: int, user: AbstractBaseUser) -> list[PresentEditor]:
    """`user` has the post open; who else has. Of two who come in the same instant one may be told a beat later."""
    now, everyone = time.time(), present_editors(post_id)
    since = everyone.get(user.pk, (None, now))[1]
    cache.set(presence_cache_key(post_id), {**everyone, user.pk: (display_name(user), since, now)}, PRESENCE_SECONDS)
    others = [PresentEditor(name, since) for pk, (name, since, _seen) in everyone.items() if pk != user.pk]
    return sorted(others, key=lambda one: one.since)


def leave_post(post_id: int, user: AbstractBaseUser) -> None:
    everyone = present_editors(post_id)
    if everyone.pop(user.pk, None):
        cache.set(presence_cache_key(post_id), everyone, PRESENCE_SECONDS)


def presence_cache_key(post_id: int) -> str:
    return f"desk.writing.{post_id}"


def present_editors(post_id: int) -> dict[int, tuple[str, float, float]]:
    """By account: name, since when, and when last heard of."""
    now = time.time()
    return {
        pk: one for pk, one in cache.get(presence_cache_key(post_id), {}).items() if one[2] > now - PRESENCE_SECONDS
    }
