"""The decision log and the record of acts are append-only on SQLite; on PostgreSQL their migrations say so.

A decision that an import brought, and nobody made here, may be deleted: it goes with its comment when the import is
taken back out (lifecycle/archive_removal.py). Nothing may be changed.
"""

from typing import Any

# Each table with what its refusal calls its rows.
TABLES = {"comments_decision": "decisions", "comments_act": "acts"}
NAMES = ("no_update", "no_delete", "no_replace")
# Which rows are never deleted, where others may be.
KEPT = {"comments_decision": "OLD.via <> 'import' OR OLD.by_id IS NOT NULL OR OLD.undoes_id IS NOT NULL"}


def definitions(table: str, rows: str) -> list[str]:
    """The triggers of a table, in the order of NAMES."""
    refusal = f"BEGIN SELECT RAISE(ABORT, '{rows} are append-only'); END"
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608
    # INSERT OR REPLACE deletes without asking the second.
    events = ("BEFORE UPDATE ON", "BEFORE DELETE ON", "BEFORE INSERT ON")
    kept = f"WHEN {KEPT[table]} " if table in KEPT else ""
    conditions = ("", kept, f"WHEN {exists} ")
    return [f"{event} {table} {condition}{refusal}" for event, condition in zip(events, conditions, strict=True)]


def create_triggers(cursor: Any) -> None:
    """Make the triggers of the tables that there are, or make them again."""
    drop_triggers(cursor)
    for table, rows in TABLES.items():
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        if cursor.fetchone() is None:  # migrated back to before it
            continue
        for name, definition in zip(NAMES, definitions(table, rows), strict=True):
            cursor.execute(f"CREATE TRIGGER {table}_{name} {definition}")


def drop_triggers(cursor: Any) -> None:
    """Delete the triggers, for tests that empty the tables."""
    for table in TABLES:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
