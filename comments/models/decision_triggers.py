"""The decision log is append-only on SQLite; on PostgreSQL the first migration says so, once and for all."""

from typing import Any

REFUSAL = "BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END"
ROW_EXISTS = "EXISTS (SELECT 1 FROM comments_decision WHERE id = NEW.id)"
TRIGGERS = {
    "comments_decision_no_update": f"BEFORE UPDATE ON comments_decision {REFUSAL}",
    "comments_decision_no_delete": f"BEFORE DELETE ON comments_decision {REFUSAL}",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "comments_decision_no_replace": f"BEFORE INSERT ON comments_decision WHEN {ROW_EXISTS} {REFUSAL}",
}


def create_triggers(cursor: Any) -> None:
    """Make the triggers, or make them again."""
    drop_triggers(cursor)
    for name, definition in TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER {name} {definition}")


def drop_triggers(cursor: Any) -> None:
    """Delete the triggers, for tests that empty the tables."""
    for name in TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
