"""Every released database can be upgraded: it keeps its rows and gets the schema of a new one, to the last trigger."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from registan.site_version import read_version
from tests.registan.upgrade.filled_site import fill
from tests.registan.upgrade.schema import read_schema

POSTGRES = connection.vendor == "postgresql"
DUMPS = sorted((Path(__file__).parent / "upgrade").glob(f"*.{'postgres' if POSTGRES else 'sqlite'}.sql"))
# Tables that say what was migrated, or are filled anew from the code by every migration.
FILLED_BY_MIGRATE = ("django_migrations", "django_content_type", "auth_permission", "auth_group_permissions")
# A page each of what an upgraded site must still show.
PATHS = ["/", "/2026/03/20/ten-past-four/", "/about/", "/tag/clocks/", "/feed/", "/search/?q=clock", "/2019/clock/"]
GET_PATHS = f"""
from django.test import Client
print(*(Client(headers={{"host": "127.0.0.1"}}).get(path).status_code for path in {PATHS}))
"""

pytestmark = pytest.mark.django_db
needs_pg_dump = pytest.mark.skipif(
    POSTGRES and not (shutil.which("pg_dump") or [*Path("/usr/lib/postgresql").glob("*/bin/pg_dump")]),
    reason="pg_dump is not installed: no upgrade was taken back",
)


class Upgraded(NamedTuple):
    """An upgraded database, how many rows each table had before, and what was said."""

    url: str
    cursor: Any
    rows_before: dict[str, int]
    folder: Path
    said: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """What each upgrade has left, the latest last."""
        return [json.loads(file.read_text()) for file in sorted(self.folder.glob("upgrades/*/upgrade.json"))]


@pytest.fixture(scope="module", params=DUMPS, ids=lambda file: file.name)
def upgraded(request, tmp_path_factory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgrade")
    create = create_postgres() if POSTGRES else create_sqlite(folder / "site.sqlite3")
    with create as (url, database):
        cursor = database.cursor()
        if POSTGRES:
            cursor.execute(request.param.read_text() + "RESET ALL")  # pg_dump empties search_path
        else:
            cursor.executescript(request.param.read_text())
        database.commit()
        rows_before = count_rows(cursor)
        database.commit()
        said = manage("upgrade", url=url, folder=folder)
        yield Upgraded(url, cursor, rows_before, folder, said)


@contextmanager
def create_sqlite(file: Path) -> Iterator[tuple[str, Any]]:
    with closing(sqlite3.connect(file)) as database:
        yield f"sqlite:///{file}", database


@contextmanager
def create_postgres() -> Iterator[tuple[str, Any]]:
    parameters = {**connection.get_connection_params(), "cursor_factory": None}
    server, name = psycopg2.connect(**{**parameters, "dbname": "postgres"}), f"{parameters['dbname']}_upgrade"
    server.autocommit = True
    with closing(server), server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        with closing(psycopg2.connect(**{**parameters, "dbname": name})) as database:
            yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}", database
        cursor.execute(f'DROP DATABASE "{name}"')


def manage(*arguments: str, url: str, folder: Path) -> str:
    command = [sys.executable, "manage.py", *arguments]
    ours = {"DATABASE_URL": url, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.registan.server_settings"}
    environment = {**os.environ, **ours}
    run = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def count_rows(cursor: Any) -> dict[str, int]:
    names = [name.removeprefix("column ").partition(".")[0] for name in read_schema(cursor, connection.vendor)]
    tables = sorted({name for name in names if name.startswith(("auth_", "blog_", "comments_"))})
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        counts[table] = cursor.fetchone()[0]
    return counts


def test_an_upgraded_database_has_the_schema_of_a_new_one(upgraded):
    old = read_schema(upgraded.cursor, connection.vendor)
    with connection.cursor() as cursor:
        new = read_schema(cursor, connection.vendor)
    different = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    assert not different, "".join(
        f"\n{name}\n  upgraded: {old.get(name)}\n  new: {new.get(name)}" for name in different
    )


def test_an_upgraded_database_keeps_its_rows(upgraded):
    lost = {name: count for name, count in upgraded.rows_before.items() if name not in FILLED_BY_MIGRATE}
    rows = count_rows(upgraded.cursor)
    assert {name: rows.get(name, 0) for name in lost} == lost
    assert all(count for name, count in lost.items() if name.startswith(("blog_", "comments_")))


def test_an_upgraded_site_answers(upgraded):
    assert manage(
        "shell", "--verbosity", "0", "--command", GET_PATHS, url=upgraded.url, folder=upgraded.folder
    ).split() == ["200"] * 6 + ["301"]


def test_an_upgrade_says_what_it_will_do_and_what_it_did(upgraded):
    assert "1. Back up the database by " in upgraded.said
    assert "2. Change the tables in " in upgraded.said
    assert upgraded.said.splitlines()[-1].startswith("Done: this is ")
    record = upgraded.records[0]
    assert (record["result"], record["new"]["version"]) == ("done", read_version())
    assert "blog.0002_site_page" in record["migrations"]


@needs_pg_dump
def test_an_upgrade_can_be_repeated_and_taken_back(upgraded):
    """By its last step alone: the others take long."""
    old = read_schema(upgraded.cursor, connection.vendor)
    rows = count_rows(upgraded.cursor)
    upgraded.cursor.connection.commit()
    at = {"url": upgraded.url, "folder": upgraded.folder}
    assert "Nothing to do" in manage("upgrade", **at)
    manage("migrate", "transfer", "0005", "--verbosity", "0", **at)
    before = read_schema(upgraded.cursor, connection.vendor)
    upgraded.cursor.connection.commit()
    assert before != old
    assert "Change the tables in 1 steps" in manage("upgrade", **at)
    assert read_schema(upgraded.cursor, connection.vendor) == old
    upgraded.cursor.execute("DELETE FROM blog_searchmiss")
    upgraded.cursor.connection.commit()
    said = manage("upgrade", "--rollback", "--yes", **at)
    assert "Lost is what was written since: nothing that is counted here" in said
    assert "Now put the code back" in said
    assert read_schema(upgraded.cursor, connection.vendor) == before
    assert {name: count for name, count in count_rows(upgraded.cursor).items() if name in rows} == {
        name: count for name, count in rows.items() if not name.startswith("transfer_archive")
    }
    upgraded.cursor.connection.commit()
    assert upgraded.records[-1]["result"] == "undone"
    manage("upgrade", **at)


@pytest.mark.django_db(transaction=True)  # words are learned when a transaction commits
def test_the_site_for_the_next_dump_has_rows_in_every_table():
    fill()
