"""Tables as JSON Lines, in pieces of a few hundred rows: the memory is the same for a million rows as for ten."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model, QuerySet
from django.db.models.base import ModelState

from registan.transfer.archive.archive_folder import HashedFile
from registan.transfer.archive.row_values import decode_value, encode_row
from registan.transfer.archive.table_rules import EMPTIED, RULES

# Rows that are in memory at once.
CHUNK_ROWS = 500


class ArchivedTable(NamedTuple):
    """A table of an archive: its rows, and the columns that are written."""

    label: str
    rows: QuerySet[Any, Any]
    fields: list[Field[Any, Any]]

    @property
    def path(self) -> str:
        return f"tables/{self.rows.model._meta.db_table}.jsonl"


def list_tables(*, private: bool) -> Iterator[ArchivedTable]:
    """Every table that this archive has, in the order of the rules."""
    for label, rule in RULES.items():
        model = apps.get_model(label)
        fields = list(model._meta.local_concrete_fields)
        if private and rule.is_kept:
            yield ArchivedTable(label, model._base_manager.all(), fields)
        elif not private and rule.public:
            shown = [field for field in fields if field.column not in rule.hidden]
            yield ArchivedTable(label, rule.public(), shown)


def iterate_rows(table: ArchivedTable) -> Iterator[tuple[Any, ...]]:
    """The values of each row, in the order of its key: each piece begins after the last key of the one before."""
    names = [field.attname for field in table.fields]
    ordered, last = table.rows.order_by("pk"), None
    while True:
        chunk = ordered if last is None else ordered.filter(pk__gt=last)
        rows = list(chunk.values_list("pk", *names)[:CHUNK_ROWS])
        for row in rows:
            yield row[1:]
        if len(rows) < CHUNK_ROWS:
            return
        last = rows[-1][0]


def write_table(table: ArchivedTable, out: HashedFile, *, private: bool) -> Iterator[dict[str, Any]]:
    """Write each row as a line, and give the row; of tombstones in the public part nothing is left to read."""
    columns = [str(field.column) for field in table.fields]
    emptied = None if private else EMPTIED.get(table.label)
    for values in iterate_rows(table):
        row = dict(zip(columns, values, strict=True))
        if emptied:
            row |= dict.fromkeys((column for column in emptied(row) if column in row), "")
        out.write(encode_row(row))
        yield row


def load_table(model: type[Model], lines: IO[bytes]) -> int:
    """Insert the rows of these lines as they are, in place of what a new database has in this table; how many.

    No value is derived again, no time is set to now. Raises ValueError for a line that is no row of this table.
    """
    fields = list(model._meta.local_concrete_fields)
    if model._base_manager.exists():
        model._base_manager.all()._raw_delete(connection.alias)
    count = 0
    for chunk in itertools.batched(lines, CHUNK_ROWS):
        rows = [build_row(model, fields, line) for line in chunk]
        size = max(1, connection.ops.bulk_batch_size(fields, rows))
        for batch in itertools.batched(rows, size):
            insert_rows(model, fields, list(batch))
        count += len(rows)
    return count


def build_row(model: type[Model], fields: list[Field[Any, Any]], line: bytes) -> Model:
    """The row as if read from the database: no signal is sent, which would open pictures."""
    values = json.loads(line)
    if not isinstance(values, dict) or values.keys() != {field.column for field in fields}:
        raise ValueError(f"a line of {model._meta.db_table} has other columns than the table")
    row = model.__new__(model)
    row.__dict__.update({field.attname: decode_value(field, values[field.column]) for field in fields})
    row._state = ModelState()
    return row


def insert_rows(model: type[Model], fields: list[Field[Any, Any]], rows: list[Model]) -> None:
    manager: Any = model._base_manager
    manager._insert(rows, fields=fields, using=connection.alias, raw=True)
