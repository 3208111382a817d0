"""Stores many rows by the quickest way into each database, without `save`, signals or derived columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Model

# What PostgreSQL's text format of COPY escapes.
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def store_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store rows with these values in these columns of the model's table.

    Values are what the database itself takes: numbers, text, True, None, times as `utc_text` writes them. Columns
    that are left out need a default in the database.
    """
    if rows := list(rows):
        store = copy_rows if connection.vendor == "postgresql" else insert_rows
        store(model._meta.db_table, columns, rows)


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    lines = ("\t".join(r"\N" if value is None else str(value).translate(COPY_ESCAPES) for value in row) for row in rows)
    # Django translates no errors of what it does not know itself.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO("\n".join(lines) + "\n"))


def utc_text(moment: datetime) -> str:
    """An aware time as both databases read it: PostgreSQL's session and SQLite's columns are in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
