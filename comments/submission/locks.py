"""Named locks that last until the end of the transaction."""

from __future__ import annotations

from django.db import connection


def take_lock(name: str) -> None:
    """Wait for the transactions that took the lock of this name. SQLite has a single writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
