"""One moment of the database, read for as long as it takes while others go on writing."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone

from blog import schedule
from blog.models import Clock
from blog.models.replica import ReplicaState


@contextmanager
def read_snapshot() -> Iterator[datetime.datetime]:
    """Show the default connection the database as it is now until the end, and nothing that is committed meanwhile.

    Gives the moment. Whatever is written inside raises an error. Holds up nobody: PostgreSQL's REPEATABLE READ; on
    SQLite a transaction that never takes the lock of writers, while the log grows beside it.
    """
    schedule.read_clock()  # counts what has come due, so that reading a page has nothing to write
    with reading_transaction(), without_replica():
        Clock.read()  # from here on both databases show this moment
        yield timezone.now()


@contextmanager
def reading_transaction() -> Iterator[None]:
    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield
        return
    sqlite = cast(Any, connection)
    sqlite.reads_only = True
    try:
        with transaction.atomic():
            run_pragma("query_only = ON")
            yield
    finally:
        sqlite.reads_only = False
        run_pragma("query_only = OFF")


@contextmanager
def without_replica() -> Iterator[None]:
    """Render from this connection alone: a replica shows other moments (blog/models/replica.py)."""
    before, ReplicaState.retry_at = ReplicaState.retry_at, math.inf
    try:
        yield
    finally:
        ReplicaState.retry_at = before


def run_pragma(pragma: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")


@contextmanager
def clock_stopped(moment: datetime.datetime) -> Iterator[None]:
    """Let it be `moment` for everything in this process: pages hide what is not due, and close conversations that are.

    For processes that do nothing else meanwhile.
    """
    now = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = now
