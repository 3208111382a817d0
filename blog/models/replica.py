"""Renders pages for anonymous readers from a replica of the database, when it has all that they show.

A replica is late, by an unknown time. What a page shows is counted by the content clock, in the transaction of each
change: a replica on which the clock stands where it stands on the primary has replayed every change that matters.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connections, transaction

log = logging.getLogger(__name__)

ALIAS = "replica"
# Seconds in which a replica that has failed is not asked again.
RETRY_AFTER_SECONDS = 15.0


class ReplicaState:
    """What this process knows of the replica."""

    retry_at = 0.0


def prefer_replica[T](has_all: Callable[[], bool], make: Callable[[], T]) -> T:
    """Return what `make` returns, read from the replica if there is one and `has_all()` is true of it, or else from
    the primary; `make` only reads. A replica that fails half-way costs a second attempt.
    """
    if ALIAS in settings.DATABASES and time.monotonic() >= ReplicaState.retry_at:
        try:
            with reading_from_replica():
                if has_all():
                    return make()
        except Error as error:
            ReplicaState.retry_at = time.monotonic() + RETRY_AFTER_SECONDS
            log.warning("The replica failed (%s); the site goes on without it for %d s.", error, RETRY_AFTER_SECONDS)
    return make()


@contextmanager
def reading_from_replica() -> Iterator[None]:
    """Send every query of this thread to the replica, in one transaction: behind a pool there may be several."""
    primary = connections["default"]
    with transaction.atomic(using=ALIAS):
        connections["default"] = connections[ALIAS]
        try:
            yield
        finally:
            connections["default"] = primary
