"""Puts the database back as its migrations left it, after a test with real transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from comments.models import decision_triggers

# Tables of no model: the caches that are kept in the database.
CACHES = ("cache_shared", "cache_pages")

Rows = list[tuple[Any, ...]]


class CleanDatabase:
    """What each table holds once the database is migrated.

    Django would empty all tables and then let every app write its first rows again, permissions before all: ten times
    the work, after each of some hundred tests.
    """

    def __init__(self) -> None:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with connection.cursor() as cursor:
            self.rows = {table: read(cursor, table) for table in (*tables, *CACHES)}

    def restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            changed = [table for table, rows in self.rows.items() if read(cursor, table) != rows]
            with deletable(cursor, set(changed).intersection(decision_triggers.TABLES)):
                for table in changed:
                    cursor.execute(f"DELETE FROM {table}")  # noqa: S608
                for table in changed:
                    write(cursor, table, self.rows[table])


def read(cursor: Any, table: str) -> Rows:
    cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
    return cursor.fetchall()


def write(cursor: Any, table: str, rows: Rows) -> None:
    if rows:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


@contextmanager
def deletable(cursor: Any, tables: set[str]) -> Iterator[None]:
    """Meanwhile these append-only tables let their rows be deleted."""
    if not tables:
        yield
    elif connection.vendor == "sqlite":
        decision_triggers.drop_triggers(cursor)
        yield
        decision_triggers.create_triggers(cursor)
    else:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
