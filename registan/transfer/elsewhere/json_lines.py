"""Reads JSON a line, or a record of a table, at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from registan.transfer.elsewhere.foreign_refusals import too_large_export
from registan.transfer.wordpress.reader.export_files import ExportPart
from registan.transfer.wordpress.reader.refusals import damaged_export

# Of one record: a post three times over, as text, as HTML, and as the editor keeps it.
MAX_RECORD_CHARACTERS = 32 * 1024**2
# A string that was cut is looked at again with each block.
BLOCK_CHARACTERS = 1024**2
# Objects and lists in each other; a record has four.
MAX_DEPTH = 100
# A string, which may hold any sign; a sign; a string whose end is still to come.
_SIGN = re.compile(r'(?P<string>"(?:[^"\\]++|\\.)*+")|(?P<sign>[{}\[\]])|"(?:[^"\\]++|\\.)*+\\?\Z', re.DOTALL)

type JsonObject = dict[str, Any]


def read_json_lines(part: ExportPart) -> Iterator[JsonObject]:
    """The objects of a file that has one in each line. Raises RefusedExport for a line that is none."""
    rest = ""
    for text in _read_blocks(part):
        *lines, rest = (rest + text).split("\n")
        if len(rest) > MAX_RECORD_CHARACTERS:
            raise too_large_export(part.name)
        yield from (parse_object(line, part.name) for line in lines if line.strip())
    if rest.strip():
        yield parse_object(rest, part.name)


def read_json_tables(part: ExportPart, tables: Collection[str]) -> Iterator[tuple[str, JsonObject]]:
    """The records of these tables, `"table": [{…}, …]` wherever it is, with the table's name. Raises RefusedExport."""
    yield from _TableScanner(part, tables).read()


def parse_object(text: str, name: str) -> JsonObject:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged_export(name) from error
    if not isinstance(value, dict):
        raise damaged_export(name)
    return value


class _TableScanner:
    """Finds where records begin and end by strings and brackets alone; `json` parses each.

    `path` has a name for each list or object that is open: that of the table for a list, "" for all else.
    """

    def __init__(self, part: ExportPart, tables: Collection[str]) -> None:
        self.part, self.tables = part, tables
        self._path: list[str] = []
        self._last_string = self._text = ""
        self._position = self._record_depth = 0
        self._record_start = -1
        self._has_begun = False

    def read(self) -> Iterator[tuple[str, JsonObject]]:
        for text in _read_blocks(self.part):
            self._text += text
            yield from self._scan()
            if len(self._text) > MAX_RECORD_CHARACTERS:
                raise too_large_export(self.part.name)
        if self._path or not self._has_begun or self._text[self._position :].strip():
            raise damaged_export(self.part.name)

    def _scan(self) -> Iterator[tuple[str, JsonObject]]:
        """The records that have ended; what may be needed again stays in the text."""
        resume = len(self._text)
        for match in _SIGN.finditer(self._text, self._position):
            if match["sign"] in ("{", "["):
                self._open(match)
            elif match["sign"]:
                yield from self._close(match)
            elif match["string"]:
                self._last_string = match["string"] if match.end() - match.start() < 100 else ""
            else:
                resume = match.start()
        keep = self._record_start if self._record_start >= 0 else resume
        self._text, self._position = self._text[keep:], resume - keep
        self._record_start = 0 if self._record_start >= 0 else -1

    def _open(self, match: re.Match[str]) -> None:
        table = self._path[-1] if self._path else ""
        if self._record_start < 0 and match["sign"] == "{" and table in self.tables:
            self._record_start, self._record_depth = match.start(), len(self._path)
        is_list = match["sign"] == "[" and self._record_start < 0
        self._path.append(self._last_string.strip('"') if is_list else "")
        self._last_string, self._has_begun = "", True
        if len(self._path) > MAX_DEPTH:
            raise damaged_export(self.part.name)

    def _close(self, match: re.Match[str]) -> Iterator[tuple[str, JsonObject]]:
        if not self._path:
            raise damaged_export(self.part.name)
        self._path.pop()
        if self._record_start >= 0 and len(self._path) == self._record_depth:
            record = self._text[self._record_start : match.end()]
            self._record_start = -1
            yield self._path[-1], parse_object(record, self.part.name)


def _read_blocks(part: ExportPart) -> Iterator[str]:
    """The text in blocks; a byte that is not UTF-8 is shown as what it is."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    block: list[str] = []
    size = 0
    for chunk in part.read_chunks():
        block.append(decoder.decode(chunk))
        size += len(block[-1])
        if size >= BLOCK_CHARACTERS:
            yield "".join(block)
            block, size = [], 0
    yield "".join([*block, decoder.decode(b"", True)])
