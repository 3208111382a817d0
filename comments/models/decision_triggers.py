"""The decision log and the record of acts are append-only on SQLite; on PostgreSQL their migrations say so.

A decision that an import brought, and nobody made here, may be deleted: it goes with its comment when the import is
taken back out (lifecycle/archive_removal.py). Nothing may be changed, but for one thing: the note and the reason of a
decision may become the word of an erasure, for ever, since they may be about a person who had their data deleted
(privacy/traces.py). Whoever uses that hides nothing but words: what was decided, when and by whom stands as it was.
"""

from collections.abc import Sequence
from typing import Any

# Each table with what its refusal calls its rows.
TABLES = {"comments_decision": "decisions", "comments_act": "acts"}
# What may be erased in a table, and what then stands there.
ERASABLE = {"comments_decision": ("note", "reason")}
ERASED_WORD = "erased"
NAMES = ("no_update", "no_delete", "no_replace")
# Which rows are never deleted, where others may be.
KEPT = {"comments_decision": "OLD.via <> 'import' OR OLD.by_id IS NOT NULL OR OLD.undoes_id IS NOT NULL"}


def definitions(table: str, rows: str, columns: Sequence[str] = ()) -> list[str]:
    """The triggers of a table with these columns, in the order of NAMES."""
    refusal = f"BEGIN SELECT RAISE(ABORT, '{rows} are append-only'); END"
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608
    # INSERT OR REPLACE deletes without asking the second.
    events = ("BEFORE UPDATE ON", "BEFORE DELETE ON", "BEFORE INSERT ON")
    kept = f"WHEN {KEPT[table]} " if table in KEPT else ""
    conditions = (unless_erased(table, columns), kept, f"WHEN {exists} ")
    return [f"{event} {table} {condition}{refusal}" for event, condition in zip(events, conditions, strict=True)]


def unless_erased(table: str, columns: Sequence[str]) -> str:
    """When an UPDATE of this table is refused: if it does anything but erase what is erasable."""
    if not (erasable := ERASABLE.get(table)):
        return ""
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in erasable)
    erased = " AND ".join(f'NEW."{name}" IN (OLD."{name}", \'{ERASED_WORD}\')' for name in erasable)
    changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in erasable)
    return f"WHEN NOT ({same} AND {erased} AND ({changed})) "


def create_triggers(cursor: Any) -> None:
    """Make the triggers of the tables that there are, or make them again."""
    drop_triggers(cursor)
    for table, rows in TABLES.items():
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        if cursor.fetchone() is None:  # migrated back to before it
            continue
        cursor.execute("SELECT name FROM pragma_table_info(%s)", [table])
        columns = [name for (name,) in cursor.fetchall()]
        for name, definition in zip(NAMES, definitions(table, rows, columns), strict=True):
            cursor.execute(f"CREATE TRIGGER {table}_{name} {definition}")


def drop_triggers(cursor: Any) -> None:
    """Delete the triggers, for tests that empty the tables."""
    for table in TABLES:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
