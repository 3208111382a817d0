"""Databases that a trial makes, copies and drops: a file of SQLite, or one of PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from tests.registan.upgrade.schema import Schema, read_schema

SERVER = os.environ.get("TRIAL_SERVER", "postgres://root@127.0.0.1:5432")


class TrialDatabase:
    """SQLite's."""

    vendor = "sqlite"

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / name / "data" / "registan.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def connect(self) -> Any:
        return sqlite3.connect(self.file, timeout=60)

    def save(self) -> None:
        """Remember what is in it now."""
        with closing(self.connect()) as origin, closing(sqlite3.connect(f"{self.file}.saved")) as copy:
            origin.backup(copy)

    def bring_back(self) -> None:
        for ending in ("-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copy(f"{self.file}.saved", self.file)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self.connect()) as database:
            cursor = database.cursor()
            cursor.execute(query)
            return [*cursor.fetchall()]

    def schema(self) -> Schema:
        with closing(self.connect()) as database:
            return read_schema(database.cursor(), self.vendor)

    def drop(self) -> None:
        """It goes with its folder."""


class PostgresTrialDatabase(TrialDatabase):
    """PostgreSQL's."""

    vendor = "postgresql"

    def __init__(self, folder: Path, name: str) -> None:
        self.name = f"trial_{name.replace('-', '_').replace('.', '_')}"
        self.url = f"{SERVER}/{self.name}"
        self.drop()
        self.on_server(f'CREATE DATABASE "{self.name}"')

    def connect(self) -> Any:
        return psycopg2.connect(self.url)

    def save(self) -> None:
        self.on_server(f'DROP DATABASE IF EXISTS "{self.name}_saved"')
        self.on_server(f'CREATE DATABASE "{self.name}_saved" TEMPLATE "{self.name}"')

    def bring_back(self) -> None:
        self.on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self.on_server(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_saved"')

    def drop(self) -> None:
        for name in (self.name, f"{self.name}_saved"):
            self.on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def on_server(self, statement: str) -> None:
        server = psycopg2.connect(f"{SERVER}/postgres")
        server.autocommit = True
        with closing(server), server.cursor() as cursor:
            cursor.execute(statement)


DATABASES = {"sqlite": TrialDatabase, "postgres": PostgresTrialDatabase}
