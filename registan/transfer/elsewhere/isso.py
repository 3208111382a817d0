"""Reads the database of Isso: an SQLite file, of which nothing is run or changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from registan.transfer.elsewhere.foreign_reader import ForeignReader, ForeignRecord, build_channel, build_comment
from registan.transfer.elsewhere.foreign_refusals import foreign_export, refusing_foreign_damage
from registan.transfer.elsewhere.foreign_times import NEVER, read_epoch
from registan.transfer.records.export_records import DetachedThread, ItemComment
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.wordpress.reader.refusals import RefusedExport, damaged_export

SIGNATURE = b"SQLite format 3\0"
# Bytes of one value; Isso takes comments of 64 kB.
MAX_VALUE_BYTES = 1024**2
_COLUMNS = ("id", "parent", "created", "mode", "text", "author", "email", "website")
_COMMENTS = "SELECT id, parent, created, mode, text, author, email, website FROM comments WHERE tid = ? ORDER BY id"
_COUNT = "SELECT count(*) FROM comments WHERE tid = ?"
_THREADS = "SELECT id, uri, title FROM threads WHERE id IN (SELECT tid FROM comments) ORDER BY id"
_LOST = "SELECT count(*) FROM comments WHERE tid IS NULL OR tid NOT IN (SELECT id FROM threads)"
# What a comment is: 4 is what is left of one that was deleted and has replies.
_STATUSES = {1: "1", 2: "0", 4: "trash"}
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION}


class IssoReader(ForeignReader):
    system = "isso"

    def __init__(self, paths: list[Path], home: str = "") -> None:
        super().__init__(paths, home)
        self._databases = [IssoDatabase(path) for path in paths]

    def __iter__(self) -> Iterator[ForeignRecord]:
        yield build_channel(home=self.home)
        number = 0
        for database in self._databases:
            for thread_id, uri, title in database.select(_THREADS):
                number += 1
                yield DetachedThread(
                    part=database.path.name,
                    number=number,
                    id=_number(thread_id),
                    address=_text(uri),
                    title=" ".join(_text(title).split()),
                    comment_status="open",
                    comments=_IssoComments(self, database, _number(thread_id)),
                    content_format=ContentFormat.MARKDOWN,
                )
            if lost := _number(database.select(_LOST)[0][0]):
                self.unread["comments of threads that are not in the file"] += lost

    def read_comment(self, row: tuple[object, ...]) -> ItemComment:
        number, parent, created, mode, text, name, email, website = row
        approved = _STATUSES.get(_number(mode), "0")
        return build_comment(
            id=_number(number),
            parent_id=_number(parent),
            name=_text(name),
            email=_text(email),
            url=_text(website),
            content=_text(text),
            approved=approved,
            moment=self.moment(lambda: read_epoch(created) if isinstance(created, int | float) else NEVER),
            anchor=f"isso-{_number(number)}",
        )


class IssoDatabase:
    """The file, opened to be read: no extension, no function, no view, and nothing but its two tables."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with refusing_foreign_damage(path.name), path.open("rb") as file:
            if file.read(len(SIGNATURE)) != SIGNATURE:
                raise foreign_export(path.name, "Isso")
        with self._refusing():
            self._connection = self._connect()
            self._check_tables()
            self._connection.set_authorizer(_authorize)

    def __del__(self) -> None:
        if connection := getattr(self, "_connection", None):
            connection.close()

    def select(self, query: str, *values: int) -> list[tuple[object, ...]]:
        with self._refusing():
            return self._connection.execute(query, values).fetchall()

    def stream(self, query: str, *values: int) -> Iterator[tuple[object, ...]]:
        with self._refusing():
            yield from self._connection.execute(query, values)

    def _connect(self) -> sqlite3.Connection:
        address = f"file:{quote(str(self.path.resolve()))}?mode=ro"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _check_tables(self) -> None:
        """A view, a virtual table or a computed column would run what the file says."""
        for table, wanted in (("threads", {"id", "uri", "title"}), ("comments", {"tid", *_COLUMNS})):
            kinds = self._connection.execute(
                "SELECT type, sql LIKE 'create table%' FROM sqlite_master WHERE name = ?", (table,)
            ).fetchall()
            columns = self._connection.execute(f"PRAGMA table_xinfo({table})").fetchall() if kinds else []
            is_plain = kinds == [("table", 1)] and all(column[6] == 0 for column in columns)
            if not is_plain or not wanted <= {column[1] for column in columns}:
                raise foreign_export(self.path.name, "Isso")

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except RefusedExport:
            raise
        except (sqlite3.Error, OverflowError) as error:
            raise damaged_export(self.path.name) from error


class _IssoComments:
    def __init__(self, reader: IssoReader, database: IssoDatabase, thread_id: int) -> None:
        self._reader, self._database, self._thread_id = reader, database, thread_id

    def __len__(self) -> int:
        return _number(self._database.select(_COUNT, self._thread_id)[0][0])

    def __iter__(self) -> Iterator[ItemComment]:
        return (self._reader.read_comment(row) for row in self._database.stream(_COMMENTS, self._thread_id))


def _authorize(action: int, first: str | None, second: str | None, database: str | None, source: str | None) -> int:
    """Functions but `count` are refused, whatever the file's schema asks for."""
    is_count = action == sqlite3.SQLITE_FUNCTION and second == "count"
    return sqlite3.SQLITE_OK if action in _ALLOWED or is_count else sqlite3.SQLITE_DENY


def _number(value: object) -> int:
    """SQLite keeps any kind of value in any column."""
    return value if isinstance(value, int) else 0


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
