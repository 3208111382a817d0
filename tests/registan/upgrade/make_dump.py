"""Dumps a filled database of this version, for the tests of later ones: once for each database before a release.

    python -m tests.registan.upgrade.make_dump 0.9.0                                           # SQLite
    DATABASE_URL=postgres://root@127.0.0.1:5432/empty python -m tests.registan.upgrade.make_dump 0.9.0

Needs an empty database; without DATABASE_URL it makes one in a temporary folder. PostgreSQL needs pg_dump.
"""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
# Of pg_dump's output: commands of psql, which no other client knows.
PSQL_COMMANDS = ("\\restrict", "\\unrestrict")


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/filled.sqlite3")
        os.environ |= {"DJANGO_SETTINGS_MODULE": "registan.settings", "DATA_DIR": folder}
        make_site()
        vendor = "sqlite" if url.startswith("sqlite") else "postgres"
        lines = dump_sqlite(f"{folder}/filled.sqlite3") if vendor == "sqlite" else dump_postgres(url)
        file = FOLDER / f"{version}.{vendor}.sql"
        file.write_text("\n".join(lines) + "\n")
        print(f"{file.relative_to(Path.cwd())}: {file.stat().st_size:,} bytes")


def make_site() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.registan.upgrade.filled_site import fill

    call_command("migrate", verbosity=0)
    fill()
    connection.close()


def dump_sqlite(file: str) -> Iterator[str]:
    """Every statement; a full-text index as its definition alone, since its tables can't be written directly."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        indexes = database.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        indexes = dict(indexes.fetchall())
        tables = rf"""[A-Z ]+["']({"|".join(indexes)})[_"']"""
        left_out = re.compile(rf"PRAGMA writable|INSERT INTO sqlite_master|{tables}")
        yield from (statement for statement in database.iterdump() if not left_out.match(statement))
        for name, definition in indexes.items():
            yield f"{definition};"
            yield f"INSERT INTO {name}({name}) VALUES ('rebuild');"  # noqa: S608


def dump_postgres(url: str) -> Iterator[str]:
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return (line for line in dump.splitlines() if not line.startswith(PSQL_COMMANDS))


if __name__ == "__main__":
    main(sys.argv[1])
