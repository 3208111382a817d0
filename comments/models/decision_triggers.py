"""The record is append-only: triggers of both databases refuse to change or delete a decision."""

POSTGRES_TRIGGERS = [
    """
    CREATE OR REPLACE FUNCTION comments_decision_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$
    """,
    """
    CREATE OR REPLACE TRIGGER comments_decision_stands BEFORE UPDATE OR DELETE ON comments_decision
    FOR EACH ROW EXECUTE FUNCTION comments_decision_stands()
    """,
    # TRUNCATE deletes without asking the trigger above.
    """
    CREATE OR REPLACE TRIGGER comments_decision_not_emptied BEFORE TRUNCATE ON comments_decision
    FOR EACH STATEMENT EXECUTE FUNCTION comments_decision_stands()
    """,
]
SQLITE_TRIGGERS = [
    f"""
    CREATE TRIGGER IF NOT EXISTS comments_decision_no_{verb.lower()} BEFORE {verb} ON comments_decision
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
    """
    for verb in ("UPDATE", "DELETE")
]
# INSERT OR REPLACE deletes without asking the trigger above.
SQLITE_TRIGGERS.append("""
    CREATE TRIGGER IF NOT EXISTS comments_decision_no_replace BEFORE INSERT ON comments_decision
    WHEN EXISTS (SELECT 1 FROM comments_decision WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
""")


def create_decision_triggers(connection) -> None:
    """Make the triggers, unless they are there."""
    with connection.cursor() as cursor:
        for statement in POSTGRES_TRIGGERS if connection.vendor == "postgresql" else SQLITE_TRIGGERS:
            cursor.execute(statement)


def drop_decision_triggers(connection) -> None:
    """Take them away: for tests that empty the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("stands", "not_emptied"):
                cursor.execute(f"DROP TRIGGER IF EXISTS comments_decision_{name} ON comments_decision")
        else:
            for verb in ("update", "delete", "replace"):
                cursor.execute(f"DROP TRIGGER IF EXISTS comments_decision_no_{verb}")
