"""Sorts comments by what they stand under, while they are read: in a temporary database, whatever their number."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator

from registan.transfer.records.export_records import ItemComment

# Kept in memory; the rest is in a file without a name, which goes with the connection.
CACHE_KILOBYTES = 8 * 1024


class ThreadShelf:
    """`subject` is the number of a thread or a post. The comments of each keep the order in which they came."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE comments (subject INTEGER, number INTEGER, comment BLOB)")
        self._database.execute("CREATE UNIQUE INDEX in_order ON comments (subject, number)")
        self._database.execute("CREATE TABLE counts (subject INTEGER PRIMARY KEY, count INTEGER)")
        self._number = 0

    def __del__(self) -> None:
        if database := getattr(self, "_database", None):
            database.close()

    def add(self, subject: int, comment: ItemComment) -> None:
        self._number += 1
        row = (subject, self._number, pickle.dumps(comment))
        self._database.execute("INSERT INTO comments VALUES (?, ?, ?)", row)
        self._database.execute(
            "INSERT INTO counts VALUES (?, 1) ON CONFLICT (subject) DO UPDATE SET count = count + 1", (subject,)
        )

    def comments_of(self, subject: int) -> ShelvedComments:
        return ShelvedComments(self, subject)

    def count_of(self, subject: int) -> int:
        row = self._database.execute("SELECT count FROM counts WHERE subject = ?", (subject,)).fetchone()
        return row[0] if row else 0

    def subjects(self) -> Iterator[int]:
        """All subjects with comments, in the order of their first ones."""
        query = "SELECT subject FROM comments GROUP BY subject ORDER BY min(number)"
        yield from (row[0] for row in self._database.execute(query))

    def read(self, subject: int) -> Iterator[ItemComment]:
        query = "SELECT comment FROM comments WHERE subject = ? ORDER BY number"
        for (data,) in self._database.execute(query, (subject,)):
            yield pickle.loads(data)  # noqa: S301 - written above, and by nobody else


class ShelvedComments:
    """The comments of one subject: counted, and read as often as needed, as long as there is the shelf."""

    def __init__(self, shelf: ThreadShelf, subject: int) -> None:
        self._shelf, self._subject = shelf, subject

    def __len__(self) -> int:
        return self._shelf.count_of(self._subject)

    def __iter__(self) -> Iterator[ItemComment]:
        return self._shelf.read(self._subject)
