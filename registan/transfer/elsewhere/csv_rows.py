"""Reads a table of comma-separated values a row at a time, whatever its encoding and its separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from registan.transfer.elsewhere.foreign_refusals import foreign_export, too_large_export
from registan.transfer.wordpress.reader.export_files import ExportPart
from registan.transfer.wordpress.reader.refusals import damaged_export

# Of one row. A row with a post in it is no row of these tables.
MAX_ROW_CHARACTERS = 1024**2
MAX_ROWS = 5_000_000
_SEPARATORS = ",;\t"


def read_rows(part: ExportPart, system: str, *needed: str) -> Iterator[dict[str, str]]:
    """The rows by the names of their columns, which are in lower case, without blanks around.

    Raises RefusedExport for what is damaged, or no table of `system`, which has one of the columns `needed`.
    """
    chunks = _ChunkFile(part.read_chunks())
    head = chunks.peek()
    encoding, name = _encoding_of(head), part.name
    text = io.TextIOWrapper(io.BufferedReader(chunks), encoding=encoding, errors="replace", newline="")
    separator = _separator_of(head)
    reader = csv.reader(_read_lines(text, name), delimiter=separator)
    try:
        columns = [column.strip().lower() for column in next(reader, [])]
        if not set(needed).intersection(columns):
            raise foreign_export(name, system)
        for number, row in enumerate(reader):
            if number > MAX_ROWS:
                raise too_large_export(name)
            if any(row):
                yield dict(zip(columns, (value.strip() for value in row), strict=False))
    except csv.Error as error:
        raise damaged_export(name) from error


def read_columns(head: bytes) -> set[str]:
    """The names of the columns of a table that begins so."""
    try:
        columns = next(csv.reader([_first_line(head)], delimiter=_separator_of(head)), [])
    except csv.Error:
        return set()
    return {column.strip().lower() for column in columns}


def _first_line(head: bytes) -> str:
    return head.decode(_encoding_of(head), "replace").partition("\n")[0].strip("\r\ufeff")


def _separator_of(head: bytes) -> str:
    """The sign that is most often in the first line."""
    return max(_SEPARATORS, key=_first_line(head).count)


def _read_lines(text: IO[str], name: str) -> Iterator[str]:
    while line := text.readline(MAX_ROW_CHARACTERS):
        if len(line) == MAX_ROW_CHARACTERS:
            raise too_large_export(name)
        yield line.replace("\0", "")


def _encoding_of(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # The end of the head may be within a character.
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


class _ChunkFile(io.RawIOBase):
    """Chunks as a file, of which the first can be looked at."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def peek(self) -> bytes:
        self._rest = self._rest or next(self._chunks, b"")
        return self._rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.peek()[: len(buffer)]
        self._rest = self._rest[len(data) :]
        buffer[: len(data)] = data
        return len(data)
