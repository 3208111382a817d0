"""Sites beside the tests' own, each with a folder and a database, on which the commands run as in earnest."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connection

POSTGRES = connection.vendor == "postgresql"
SHORT = {"DJANGO_SETTINGS_MODULE": "tests.registan.server_settings", "SECRET_KEY": "k" * 40, "CACHE_URL": "local"}


class SiteBeside:
    """A site in `folder`, with a database of the kind that the tests use, or on SQLite if it is to be another."""

    def __init__(self, folder: Path, *, on_sqlite: bool = False) -> None:
        self.folder, self.archives = folder, folder / "archives"
        folder.mkdir(parents=True)
        self.name = f"{connection.settings_dict['NAME']}_{folder.name}" if POSTGRES and not on_sqlite else ""
        self.url = f"sqlite:///{folder / 'registan.sqlite3'}"
        if self.name:
            administer(f'DROP DATABASE IF EXISTS "{self.name}"', f'CREATE DATABASE "{self.name}"')
            self.url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{self.name}"

    def begin_like(self, other: "SiteBeside") -> None:
        """Take over an empty database, which has its tables already, where copying a file is all that it takes."""
        if (empty := other.folder / "empty.sqlite3").exists() and not self.name:
            shutil.copy(empty, self.folder / "registan.sqlite3")
        else:
            self.manage("migrate", "--verbosity", "0")

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **SHORT, "DATA_DIR": str(self.folder), "DATABASE_URL": self.url}

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, **options}
        command = [sys.executable, *arguments]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, **options)

    def manage(self, *arguments: str, fails: bool = False, **options) -> str:
        """What a command says; it has to fail, or has to succeed."""
        process = self.start("manage.py", *arguments, **options)
        said = process.communicate()[0]
        assert bool(process.returncode) == fails, said
        return said

    def rows(self, statement: str) -> list[tuple]:
        if not self.name:
            with contextlib.closing(sqlite3.connect(self.folder / "registan.sqlite3")) as database:
                return database.execute(statement).fetchall()
        parameters = {**connection.get_connection_params(), "cursor_factory": None, "dbname": self.name}
        with contextlib.closing(psycopg2.connect(**parameters)) as database, database.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def archive(self, part: str) -> Path:
        """The latest archive of this part."""
        return sorted(self.archives.glob(f"*-{part}"))[-1]

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.name:
            administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def administer(*statements: str) -> None:
    """Run these on the server of PostgreSQL."""
    parameters = {**connection.get_connection_params(), "cursor_factory": None, "dbname": "postgres"}
    server = psycopg2.connect(**parameters)
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
