"""Starts two PostgreSQL servers, of which the second replays what the first has committed, and can be held back."""

import os
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.comments.processes import PATIENCE, free_port, wait_until

# Where Debian installs them: of no use on the path, since there may be several versions.
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
BIN = DEBIAN[-1].parent if DEBIAN else Path(shutil.which("initdb") or "/nowhere/initdb").parent
# PostgreSQL refuses to run as root.
ACCOUNT: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Server:
    """A PostgreSQL server in a directory of its own; `log` holds every statement."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.port, self.log = directory, free_port(), directory.with_suffix(".log")

    def start(self) -> None:
        options = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "log_statement=all")
        command = [BIN / "postgres", "-D", self.directory, *(part for option in options for part in ("-c", option))]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **ACCOUNT)
        wait_until(lambda: self.process.poll() is not None or self.answers(), "PostgreSQL")
        assert self.process.poll() is None, self.log.read_text()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def answers(self) -> bool:
        try:
            return self.ask("SELECT true")
        except psycopg2.Error:
            return False

    def ask(self, sql: str) -> Any:
        """The first value of the answer."""
        where = {"host": "127.0.0.1", "port": self.port, "user": "site", "dbname": "postgres"}
        with closing(psycopg2.connect(**where)) as database, database.cursor() as cursor:
            database.autocommit = True
            cursor.execute(sql)
            return cursor.fetchone()[0]

    def has_rendered(self) -> bool:
        """Were posts read from it, as pages are made of, since this was last asked?"""
        text = self.log.read_text()
        self.log.write_text("")
        return 'FROM "blog_post"' in text

    @property
    def url(self) -> str:
        return f"postgres://site@127.0.0.1:{self.port}/postgres"


class ServerPair:
    def __init__(self, directory: Path) -> None:
        self.primary, self.replica = Server(directory / "primary"), Server(directory / "replica")
        how = ("-U", "site", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.run("initdb", "-D", self.primary.directory, *how)
        self.primary.start()
        copy = ("--checkpoint=fast", "--write-recovery-conf", "--no-sync", "-D", self.replica.directory)
        self.run("pg_basebackup", "-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "site", *copy)
        self.replica.start()

    def run(self, command: str, *arguments: Any) -> None:
        subprocess.run([BIN / command, *arguments], check=True, cwd="/", **QUIET, **ACCOUNT)

    def hold_back(self) -> None:
        """Let the replica receive what changes, and not show it."""
        self.replica.ask("SELECT pg_wal_replay_pause() IS NULL")
        wait_until(lambda: self.replica.ask("SELECT pg_get_wal_replay_pause_state()") == "paused", "the pause")

    def catch_up(self) -> None:
        self.replica.ask("SELECT pg_wal_replay_resume() IS NULL")
        end = self.primary.ask("SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{end}'"), "the replica to catch up")


@pytest.fixture(scope="module")
def server_pair():
    if not (BIN / "initdb").exists():
        pytest.skip("PostgreSQL's own programs are not installed: no replica was tried")
    with tempfile.TemporaryDirectory(prefix="replica") as name:  # the directories of pytest are closed to others
        directory = Path(name)
        if ACCOUNT:
            shutil.chown(directory, "postgres", "postgres")
        pair = ServerPair(directory)
        yield pair
        pair.replica.stop()
        pair.primary.stop()
