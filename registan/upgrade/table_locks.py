"""What the migrations that are to run do to each table, who waits meanwhile, and for about how long.

By the very statements that Django would send: the same operation rebuilds a table on SQLite and takes a moment on
PostgreSQL. Code that a migration runs sends statements that nobody knows before.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

# Rows a second, on two cores and an ordinary disk (make upgrade-trial); what is said of time is rough anyway.
REBUILT_ROWS, INDEXED_ROWS, READ_ROWS, CHANGED_ROWS = 40_000, 300_000, 1_000_000, 20_000

REBUILT, INDEXED = "is rebuilt", "gets an index"


class Wait(StrEnum):
    """Who has to wait."""

    NOBODY = "nobody waits"
    WRITERS = "writers wait, readers do not"
    EVERYBODY = "whoever needs the table waits"


class TableLock(NamedTuple):
    """What one kind of statement does to a table."""

    table: str
    what: str
    wait: Wait
    rows_per_second: int  # 0 when it takes a moment, however large the table is


class MigrationCost(NamedTuple):
    """What a migration does: to tables that are there already, and whether it also runs code of its own."""

    name: str
    locks: list[tuple[TableLock, int]]  # with the rows of the table
    runs_code: bool

    @property
    def seconds(self) -> float:
        return sum(rows / lock.rows_per_second for lock, rows in self.locks if lock.rows_per_second)


class Kind(NamedTuple):
    """A kind of statement; the first whose pattern fits counts."""

    pattern: str  # TABLE stands for the name of one
    what: str
    wait: Wait  # on PostgreSQL; SQLite has one lock for all writers, and its readers never wait
    rows_per_second: int = 0
    is_quick_on_postgres: bool = False

    def match(self, statement: str) -> str:
        """The table that a statement of this kind is about; "" for another kind."""
        pattern = self.pattern.replace("TABLE", r'"?(?:new__)?(?P<table>[a-z0-9_]+)"?')
        found = re.match(pattern, statement, re.IGNORECASE | re.DOTALL)
        return found["table"] if found else ""


KINDS = (
    Kind(r'INSERT INTO "new__(?P<table>[a-z0-9_]+)"', REBUILT, Wait.WRITERS, REBUILT_ROWS),
    Kind(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY .* ON TABLE", INDEXED, Wait.NOBODY, INDEXED_ROWS),
    Kind(r"CREATE (?:UNIQUE )?INDEX .* ON TABLE", INDEXED, Wait.WRITERS, INDEXED_ROWS),
    Kind(r"ALTER T\w+ TABLE .*ALTER COLUMN \S+ TYPE", "is rewritten", Wait.EVERYBODY, REBUILT_ROWS),
    Kind(r"ALTER T\w+ TABLE .*(?:SET NOT NULL|ADD CONSTRAINT)", "is read through", Wait.EVERYBODY, READ_ROWS),
    Kind(r"ALTER T\w+ TABLE DROP COLUMN", "loses a column", Wait.EVERYBODY, REBUILT_ROWS, is_quick_on_postgres=True),
    Kind(r"ALTER T\w+ TABLE ADD COLUMN", "gets a column", Wait.EVERYBODY),
    Kind(r"ALTER T\w+ TABLE ", "is changed", Wait.EVERYBODY),
    Kind(r"UPDATE TABLE ", "has rows changed", Wait.WRITERS, CHANGED_ROWS),
    Kind(r"DELETE FROM TABLE", "loses rows", Wait.WRITERS, CHANGED_ROWS),
    Kind(r"DROP T\w+ TABLE", "is dropped", Wait.EVERYBODY),
)
RUNS_CODE = "CANNOT BE WRITTEN AS SQL"


def estimate_migrations(connection: BaseDatabaseWrapper) -> list[MigrationCost]:
    """What each migration that is to run costs; changes nothing."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    rows = TableRows(connection)
    costs = []
    state: Any = None
    for migration, _ in plan:
        node = (migration.app_label, migration.name)
        if state is None:
            state = executor.loader.project_state(node, at_end=False)
        try:
            with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
                state = migration.apply(state, editor, collect_sql=True)
                statements = editor.collected_sql
        except Exception:  # it builds upon what an earlier one of these would have made
            state, statements = executor.loader.project_state(node, at_end=True), [RUNS_CODE]
        locks = [(lock, rows.count(lock.table)) for lock in read_locks(statements, connection.vendor)]
        runs_code = any(RUNS_CODE in statement for statement in statements)
        costs.append(MigrationCost(".".join(node), [(lock, count) for lock, count in locks if count], runs_code))
    return costs


def read_locks(statements: list[str], vendor: str) -> list[TableLock]:
    """What the statements do to tables, each thing once; a rebuilt table takes its indexes and its old self along."""
    locks = [lock for statement in statements if (lock := read_lock(statement, vendor))]
    rebuilt = {lock.table for lock in locks if lock.what == REBUILT}
    return [*dict.fromkeys(lock for lock in locks if lock.table not in rebuilt or lock.what == REBUILT)]


def read_lock(statement: str, vendor: str) -> TableLock | None:
    for kind in KINDS:
        if table := kind.match(statement):
            is_quick = vendor == "postgresql" and kind.is_quick_on_postgres
            wait = kind.wait if vendor == "postgresql" else Wait.WRITERS
            return TableLock(table, kind.what, wait, 0 if is_quick else kind.rows_per_second)
    return None


class TableRows:
    """The rows of each table that is there, counted at most once; 0 for a table that is not there yet."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection, self.counts = connection, dict[str, int]()
        self.tables = set(connection.introspection.table_names())

    def count(self, table: str) -> int:
        if table in self.tables and table not in self.counts:
            name = self.connection.ops.quote_name(table)
            with self.connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608  a name from the catalogue
                self.counts[table] = cursor.fetchone()[0]
        return self.counts.get(table, 0)
