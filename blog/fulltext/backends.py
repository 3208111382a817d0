"""Picks the full-text backend of a database."""

from __future__ import annotations

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from blog.fulltext.postgres import PostgresBackend
from blog.fulltext.sqlite import SqliteBackend
from blog.fulltext.terms import IndexQuery


class Backend(Protocol):
    """What the index asks of a database."""

    def restore_triggers(self, cursor: CursorWrapper) -> None:
        """Make the triggers that keep the index in step again, where the database drops them with a change of table."""

    def suspend(self, cursor: CursorWrapper) -> None:
        """Stop updating the index, so that many entries can be stored quickly; searches are slow until `resume`."""

    def resume(self, cursor: CursorWrapper) -> None: ...

    def lock(self, cursor: CursorWrapper) -> None:
        """Keep others from writing entries until the end of the transaction."""

    def newest_ids(
        self, cursor: CursorWrapper, query: IndexQuery, limit: int, max_examined: int
    ) -> tuple[list[int], bool]:
        """Return the ids of the newest matching entries, and whether older ones may have been left out.

        Of the entries that have all words of a phrase, `max_examined` at most are read to see if these are adjacent.
        """


def backend_for(connection: BaseDatabaseWrapper) -> Backend:
    return PostgresBackend() if connection.vendor == "postgresql" else SqliteBackend()
