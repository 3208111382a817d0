"""Names the database, and refuses one that this version cannot upgrade, or that has no tables yet."""

from __future__ import annotations

import re
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OUR_APPS = ("blog", "comments", "transfer")
# Every database before 0.9.0, the first version whose databases are upgraded, has this table, and none has it since.
OLD_TABLE = "blog_thread"
TOO_OLD = (
    "This database was created before Registan 0.9.0 and can't be upgraded. "
    "Set DATABASE_URL to an empty database, or go on with the version that created it."
)
TOO_NEW = (
    "This database was upgraded by a newer version of Registan, or by one that was never released (it has {names}). "
    "Install that version, or restore a backup from before the upgrade."
)
UNRELEASED = (
    "This database was made by a version of Registan that was never released ({fault}). "
    "Go on with that version, or restore a backup from before it."
)
NOT_MIGRATED = (
    "{database}: {fault}. Start the site with manage.py serve, or run manage.py upgrade. "
    "If your site stores its data elsewhere, set DATA_DIR and DATABASE_URL as for the site."
)
NOT_OPENED = (
    "{database} can't be opened: {cause}. "
    "Start the database if it is stopped, or set DATABASE_URL or DATA_DIR as for the site."
)
# As SQLite and PostgreSQL say it.
TABLE_MISSING = re.compile(r"^no such (?:table|column)|^(?:relation|column) .* does not exist")
# How many entries of an index SQLite reads to estimate what a search in it finds. All tables of a million comments take
# a second; with 1,000 it errs so far that a page deep in a list of 100,000 posts takes ten times as long.
ANALYSIS_LIMIT = 10_000
# Look at every table, and estimate anew where there is no estimate or one for far fewer rows (SQLite, PRAGMA optimize).
OPTIMIZE_ALL = 0x10002
# gunicorn stops at this exit code; at any other it starts the next worker, for ever.
GUNICORN_APP_LOAD_ERROR = 4


def refusal_reason(connection: BaseDatabaseWrapper) -> str:
    """Why this version can't use the database, in a sentence; "" when it can, or can migrate it."""
    if OLD_TABLE in connection.introspection.table_names():
        return TOO_OLD
    loader = MigrationLoader(connection)
    unknown = sorted(key for key in (loader.applied_migrations or ()) if key not in loader.disk_migrations)
    names = ", ".join(f"{app}.{name}" for app, name in unknown if app in OUR_APPS)
    if names:
        return TOO_NEW.format(names=names)
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as fault:
        return UNRELEASED.format(fault=str(fault).rstrip("."))
    return ""


def refuse_unsupported_database(using: str = "default", **_: Any) -> None:
    """Raise CommandError when this version can't use the database; receives `pre_migrate`."""
    if reason := refusal_reason(connections[using]):
        raise CommandError(reason)


def exit_when_unsupported() -> None:
    """End a web process that would answer nothing but errors; one that starts before its database may wait for it."""
    try:
        refuse_unsupported_database()
    except CommandError as reason:
        print(reason, file=sys.stderr)
        sys.exit(GUNICORN_APP_LOAD_ERROR)
    except Error:
        pass
    finally:
        connections["default"].close()  # this thread answers no requests


def describe_database(using: str = "default") -> str:
    """The kind of the database, and where it is; never a password."""
    config = connections[using].settings_dict
    if connections[using].vendor == "sqlite":
        return f"SQLite, {config['NAME']}"
    host = ":".join(str(config[part]) for part in ("HOST", "PORT") if config[part]) or "a local socket"
    return f"PostgreSQL, {config['NAME']} at {host}"


def command_fault(error: DatabaseError) -> str:
    """Why a command failed if its database can't be opened or lacks tables, in a sentence; otherwise ""."""
    functions = {frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)}
    lines = str(error).strip().splitlines() or [type(error).__name__]
    if "get_new_connection" in functions:
        cause = lines[0].rpartition("failed: ")[2].removeprefix("FATAL:").strip()  # before it stands where it is
        return NOT_OPENED.format(database=describe_database(), cause=cause.rstrip("."))
    if "apply_migration" in functions or not TABLE_MISSING.search(lines[0]):
        return ""
    fault = migration_fault(connections["default"])
    return fault and NOT_MIGRATED.format(database=describe_database(), fault=fault)


def refuse_unmigrated_database(using: str = "default") -> None:
    """Raise CommandError unless the database has the tables of this version. Creates no file of SQLite."""
    if fault := migration_fault(connections[using]):
        raise CommandError(NOT_MIGRATED.format(database=describe_database(using), fault=fault))


def estimate_tables(connection: BaseDatabaseWrapper) -> None:
    """Have SQLite estimate what its planner goes by: without, it reads 100,000 posts to show a page of the archive.

    Does little where nothing has changed much. PostgreSQL's autovacuum does the same.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ANALYSIS_LIMIT}")
            cursor.execute(f"PRAGMA optimize = {OPTIMIZE_ALL}")


def migration_fault(connection: BaseDatabaseWrapper) -> str:
    """What a command would fail at; "" when all migrations are applied."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return "there is no such file"
    if not MigrationRecorder(connection).applied_migrations():
        return "it has no tables yet"
    return "it is not up to date" if missing_migrations(connection) else ""


def missing_migrations(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """The migrations of this version that have not run, as (app, name)."""
    return sorted(migrations_on_disk() - set(MigrationRecorder(connection).applied_migrations()))


@cache
def migrations_on_disk() -> frozenset[tuple[str, str]]:
    """Those of this version, read once: this process runs the code it started with."""
    return frozenset(MigrationLoader(None).disk_migrations or ())
