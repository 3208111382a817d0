"""Copies the database before an upgrade, as it is at one moment, and puts such a copy back in one step."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE_COPY, POSTGRES_COPY = "database.sqlite3", "database.dump"
# Debian keeps the programs of each version of PostgreSQL apart.
POSTGRES_PROGRAMS = "/usr/lib/postgresql"
NO_PG_DUMP = (
    "pg_dump is not installed, so no backup of the database can be made here. Install postgresql-client, or make one "
    "by other means and run manage.py upgrade --no-backup."
)
# Seconds that a copy waits for the lock of a writer.
BUSY_SECONDS = 60
# The variables by which the programs of PostgreSQL are told what they shall not be given as arguments.
POSTGRES_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}
# What there is in the schema, except what belongs to extensions; tables take indexes, triggers and sequences along.
DROPS = """
    SELECT format('DROP TABLE IF EXISTS %s CASCADE;', oid::regclass) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    UNION ALL
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE;', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""


class CopyFailed(Exception):
    """Why there is no copy, or why one was not put back, in words for the owner."""


def name_method(connection: BaseDatabaseWrapper) -> str:
    """How a copy would be made; CopyFailed when it can't be made."""
    return "SQLite's own backup" if connection.vendor == "sqlite" else f"pg_dump ({find_program('pg_dump')})"


def copy_database(connection: BaseDatabaseWrapper, folder: Path) -> Path:
    """Write a copy into the folder, for its owner alone to read, and return the file; CopyFailed leaves none."""
    file = folder / (SQLITE_COPY if connection.vendor == "sqlite" else POSTGRES_COPY)
    part = file.with_suffix(".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        if connection.vendor == "sqlite":
            copy_sqlite(connection.settings_dict["NAME"], part)
        else:
            arguments = ["--format=custom", "--no-owner", f"--file={part}"]
            run_program(connection, "pg_dump", *arguments)
        with part.open("rb") as stored:
            os.fsync(stored.fileno())
        part.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise CopyFailed(f"the copy could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return file


def put_back(connection: BaseDatabaseWrapper, file: Path) -> None:
    """Make the database what the copy is, in one transaction; CopyFailed means that it is as it was."""
    connection.close()
    try:
        if connection.vendor == "sqlite":
            copy_sqlite(file, connection.settings_dict["NAME"])
        else:
            restore_postgres(connection, file)
    except (OSError, sqlite3.Error) as error:
        raise CopyFailed(f"the backup could not be put back: {error}") from error


def copy_sqlite(source: Path | str, target: Path | str) -> None:
    """Copy all pages in one step: others read on, and what is in the log beside the file comes along."""
    with (
        closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as origin,
        closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as copy,
    ):
        origin.backup(copy)


def restore_postgres(connection: BaseDatabaseWrapper, file: Path) -> None:
    """Drop what there is and restore the dump in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute(DROPS)
        drops = "\n".join(drop for (drop,) in cursor.fetchall())
    connection.close()
    dump = run_program(connection, "pg_restore", "--no-owner", "--file=-", str(file))
    psql = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    run_program(connection, "psql", *psql, given=f"SET lock_timeout = '30s';\n{drops}\n{dump}")


def find_program(name: str) -> str:
    """The program of PostgreSQL, the newest if Debian has several; CopyFailed when there is none."""
    newest = sorted(Path(POSTGRES_PROGRAMS).glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4))
    found = str(newest[-1]) if newest else shutil.which(name)
    if not found:
        raise CopyFailed(NO_PG_DUMP)
    return found


def run_program(connection: BaseDatabaseWrapper, name: str, *arguments: str, given: str | None = None) -> str:
    """What the program prints; CopyFailed with its last line. No password is among the arguments, which all may see."""
    parameters: dict[str, Any] = connection.get_connection_params()
    variables = {name: str(parameters[key]) for key, name in POSTGRES_VARIABLES.items() if parameters.get(key)}
    done = subprocess.run(  # noqa: S603
        [find_program(name), *arguments],
        env={**os.environ, **variables},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CopyFailed(f"{name} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
    return done.stdout
