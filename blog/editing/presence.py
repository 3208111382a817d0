"""Who else has a post open: shown to each of them, so that they can agree who writes. Locks nobody out."""

from __future__ import annotations

import datetime
import time
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core.cache import cache

from blog.text.datetimes import format_time
from blog.text.display_names import display_name

# Seconds: an open form reports more often than that (static/js/autosave.js).
PRESENCE_SECONDS = 120


class PresentEditor(NamedTuple):
    """Somebody who has the post open, and since when (in Unix time)."""

    name: str
    since: float

    @property
    def since_time(self) -> str:
        return format_time(datetime.datetime.fromtimestamp(self.since, datetime.UTC))


def enter_post(post_id: int, user: User) -> list[PresentEditor]:
    """Note that `user` has the post open; who else has. Of two who open it at once, one may learn of it later."""
    now, everyone = time.time(), present_editors(post_id)
    since = everyone.get(user.pk, (None, now))[1]
    cache.set(presence_cache_key(post_id), {**everyone, user.pk: (display_name(user), since, now)}, PRESENCE_SECONDS)
    others = [PresentEditor(name, since) for pk, (name, since, _seen) in everyone.items() if pk != user.pk]
    return sorted(others, key=lambda editor: editor.since)


def leave_post(post_id: int, user: User) -> None:
    everyone = present_editors(post_id)
    if everyone.pop(user.pk, None) is None:
        return
    if everyone:
        cache.set(presence_cache_key(post_id), everyone, PRESENCE_SECONDS)
    else:
        cache.delete(presence_cache_key(post_id))


def presence_cache_key(post_id: int) -> str:
    return f"editing.presence.{post_id}"


def present_editors(post_id: int) -> dict[int, tuple[str, float, float]]:
    """By account: name, since when, and when last reported."""
    everyone = cache.get(presence_cache_key(post_id), {})
    oldest = time.time() - PRESENCE_SECONDS
    return {pk: (name, since, seen) for pk, (name, since, seen) in everyone.items() if seen > oldest}
