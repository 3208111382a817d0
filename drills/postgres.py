"""PostgreSQL stopped, crashed, full of connections, locked, read-only, or without a column that the code asks for."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from contextlib import closing

import psycopg2

from drills.fault import KEPT, POLITE, STORED, Drill, Expect, Fault
from drills.stack import Stack

ONLY = ("postgres",)
# Longer than the lock_timeout of registan/env.py (10 s), after which a writer is sent away.
LOCKED = 13
# Reading goes on; whoever writes may be sent away.
READS_GO_ON = Expect(writers=frozenset({STORED, KEPT}), slowest=5.0)
COLUMN = "comments_comment RENAME COLUMN {} TO {}"


def stop(stack: Stack) -> None:
    stack.postgres.end(signal.SIGINT)


def crash(stack: Stack) -> None:
    """As `pg_ctl -m immediate`: no checkpoint, so the next start has to recover from the log."""
    stack.postgres.end(signal.SIGQUIT)


def start(stack: Stack) -> None:
    stack.postgres.start()


def take_all_connections(drill: Drill) -> None:
    with drill.under_load(expect=POLITE), hoarding(drill.stack):
        drill.last(6)


@contextlib.contextmanager
def hoarding(stack: Stack) -> Iterator[None]:
    """Break the site's connections, and take every place there is, those for administrators too."""
    with contextlib.ExitStack() as held:
        first = held.enter_context(closing(stack.postgres.connect()))
        for _ in range(3):
            with first.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [stack.database]
                )
            with contextlib.suppress(psycopg2.OperationalError):
                while True:
                    held.enter_context(closing(stack.postgres.connect()))
        yield


def lock_comments(drill: Drill) -> None:
    """Another program keeps everybody from writing comments; pages can still be read."""
    with drill.under_load(expect=READS_GO_ON), closing(drill.stack.postgres.connect(drill.stack.database)) as other:
        other.autocommit = False
        other.cursor().execute("LOCK TABLE comments_comment IN EXCLUSIVE MODE")
        drill.last(LOCKED)
        other.rollback()


def set_read_only(stack: Stack) -> None:
    """As after a change-over to a standby, or when a provider's quota is used up."""
    configure(stack, "ALTER SYSTEM SET default_transaction_read_only = on")


def set_writable(stack: Stack) -> None:
    configure(stack, "ALTER SYSTEM RESET default_transaction_read_only")


def configure(stack: Stack, statement: str) -> None:
    with closing(stack.postgres.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SELECT pg_reload_conf()")


def drop_column(stack: Stack) -> None:
    stack.sql(f"ALTER TABLE {COLUMN.format('edit_note', 'edit_note_is_gone')}")


def restore_column(stack: Stack) -> None:
    stack.sql(f"ALTER TABLE {COLUMN.format('edit_note_is_gone', 'edit_note')}")


# A fault of the installation, which waiting does not mend: nobody may be told to come back in a moment.
LASTING = Expect(
    writers=frozenset({STORED, "500"}), guests=frozenset({"200", "500"}), readers=frozenset({"200", "500"}),
    staff=frozenset({"200", "500"}),
)  # fmt: skip

FAULTS = (
    Fault("postgres-stopped", "PostgreSQL stopped, and started again", "2", stop, start, 4, POLITE, setups=ONLY),
    Fault("postgres-crashed", "PostgreSQL crashed, and recovered", "2", crash, start, 4, POLITE, setups=ONLY),
    Fault("connections-exhausted", "every connection taken by others", "3", play=take_all_connections, setups=ONLY),
    Fault("long-lock", f"the table of comments locked for {LOCKED} s", "4", play=lock_comments, setups=ONLY),
    Fault(
        "postgres-read-only", "PostgreSQL takes no writes", "–", set_read_only, set_writable, 5, READS_GO_ON,
        setups=ONLY,
    ),
    Fault("column-missing", "a column that the code asks for is missing", "–", drop_column, restore_column, 4, LASTING),
)  # fmt: skip
