"""A whole site in a scratch folder: gunicorn as deploy/ runs it, a worker, and what stands around them.

`sqlite` is what `make run` gives: one gunicorn, SQLite, files. `postgres` is two nodes behind nginx, with PostgreSQL,
Redis and S3.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.site import ROOT
from drills.servers import S3, Postgres, Redis, Server, TwoNodes
from tests.comments.mail_server import FaultyServer
from tests.comments.processes import PATIENCE, answers, wait_until

SETUPS = ("sqlite", "postgres")
SECRET_KEY = "only-for-drills-" + "x" * 40
LEFT_TO_DO = (
    "SELECT (SELECT count(*) FROM comments_pendingnotification)"
    " + (SELECT count(*) FROM comments_message WHERE sent_at IS NULL AND NOT given_up)"
)
KEPT_VARIABLES = ("PATH", "HOME", "LANG")


class Node(Server):
    """gunicorn, as deploy/gunicorn.conf.py has it, of this code or of that in `source`."""

    def __init__(self, folder: Path, environment: dict[str, str], *, source: Path = ROOT) -> None:
        super().__init__(folder)
        self.environment, self.source, self.bind = environment, source, f"127.0.0.1:{self.port}"

    def keep_socket(self) -> socket.socket:
        """Listen before it starts and after it ends, as systemd does: whoever comes meanwhile waits."""
        listener = socket.create_server(("127.0.0.1", self.port), backlog=1024)
        self.inherited, self.bind = (listener.fileno(),), f"fd://{listener.fileno()}"
        return listener

    def command(self) -> list[str]:
        options = ["--config", "deploy/gunicorn.conf.py", "--log-level", "warning", "--bind", self.bind]
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        program = [sys.executable, "-m", "gunicorn", "--chdir", str(self.source), *options]
        return ["env", "-i", "-C", str(self.source), *settings, *program, "registan.wsgi"]

    def answers(self) -> bool:
        return answers(self.port)

    def workers(self) -> list[int]:
        pid = self.process.pid if self.process else 0
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Worker(Server):
    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        super().__init__(folder)
        self.environment = environment

    def command(self) -> list[str]:
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        return ["env", "-i", *settings, sys.executable, "manage.py", "worker"]

    def answers(self) -> bool:
        return True


class Template:
    """A filled database and collected static files, copied for each drill; PostgreSQL runs as long as it is used."""

    def __init__(self, setup: str, folder: Path) -> None:
        self.setup, self.folder = setup, folder
        folder.mkdir()
        # None on SQLite, where no drill asks for them.
        self.postgres: Any = Postgres(folder) if setup == "postgres" else None
        self.s3: Any = S3(folder) if setup == "postgres" else None
        self.stacks = 0
        if self.postgres and self.s3:
            self.s3.start()
            self.postgres.start()
            self.postgres.run("CREATE ROLE registan LOGIN CREATEDB")
            self.postgres.run("CREATE DATABASE template OWNER registan")
        self.variables = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {
            "DJANGO_SETTINGS_MODULE": "registan.settings",
            "SECRET_KEY": SECRET_KEY,
            "DATA_DIR": str(folder),
            "DATABASE_URL": self.database_url("template", folder),
        }
        begun = time.monotonic()
        run_python(["manage.py", "migrate", "-v", "0"], self.variables)
        self.seconds_of_migrate = time.monotonic() - begun
        run_python(["manage.py", "collectstatic", "--no-input", "-v", "0"], self.variables)
        self.cast = json.loads(run_python(["-m", "drills.cast"], self.variables))

    def database_url(self, name: str, folder: Path) -> str:
        return self.postgres.address(name) if self.postgres else f"sqlite:///{folder}/registan.sqlite3"

    def copy(self, folder: Path) -> str:
        """Copy everything to a new folder; return the name of the database."""
        self.stacks += 1
        name = f"drill_{self.stacks}"
        folder.mkdir(exist_ok=True)
        (folder / "static").symlink_to(self.folder / "static")
        if self.postgres:
            self.postgres.run(f"CREATE DATABASE {name} TEMPLATE template OWNER registan")
        else:
            shutil.copy(self.folder / "registan.sqlite3", folder)
        return name

    def end(self) -> None:
        for server in (self.postgres, self.s3):
            if server:
                server.end(signal.SIGQUIT)


class Stack:
    """Use as a context: the servers run from its beginning to its end."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template, self.folder, self.cast, self.setup = (
            template,
            folder,
            copy.deepcopy(template.cast),
            template.setup,
        )
        self.database = template.copy(folder)
        self.mail, self.nginx = FaultyServer(), None
        self.postgres, self.s3 = template.postgres, template.s3
        self.cleanup = contextlib.ExitStack()
        # Every form comes from a network of its own, whichever drill sends it.
        self.networks = itertools.count(1)
        self.variables = template.variables | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": template.database_url(self.database, folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
        }
        nodes, around = 1, list[Server]()
        if self.setup == "postgres":
            self.redis, nodes = Redis(folder), 2
            around = [self.redis]
            self.variables |= {
                "CACHE_URL": self.redis.address, "MEDIA_STORAGE": self.s3.address, "TRUSTED_PROXIES": "127.0.0.1"
            }  # fmt: skip
        self.nodes = [Node(folder, self.variables) for _ in range(nodes)]
        self.worker = Worker(folder, self.variables)
        if self.setup == "postgres":
            for node in self.nodes:
                self.cleanup.enter_context(node.keep_socket())
            self.nginx = TwoNodes(folder, [node.port for node in self.nodes])
        self.address = f"http://127.0.0.1:{self.nginx.port if self.nginx else self.nodes[0].port}"
        self.variables["SITE_URL"] = self.address
        self.servers = [*around, *self.nodes, self.worker]

    def __enter__(self) -> Stack:
        try:
            for server in self.servers:
                server.start()
            if self.nginx:
                self.nginx.start_nginx()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for server in reversed(self.servers):
            server.end()
            kill_group(server.process)
        if self.nginx and hasattr(self.nginx, "nginx"):
            self.nginx.end(self.nginx.nginx)
        self.mail.__exit__()
        if self.postgres:
            if not self.postgres.answers():
                self.postgres.end(signal.SIGQUIT)
                self.postgres.start()
            self.postgres.run(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        self.cleanup.close()

    def manage(self, *arguments: str, **variables: str) -> str:
        """Run a command of manage.py; return what it says. Raises CalledProcessError."""
        return run_python(["manage.py", *arguments], self.variables | variables)

    def change(self, code: str) -> str:
        """Run Python code in the site."""
        return run_python(["-c", f"import django; django.setup()\n{code}"], self.variables)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        if self.postgres:
            rows: list[tuple[Any, ...]] = self.postgres.run(statement, self.database)
            return rows
        path = self.variables["DATABASE_URL"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as database:
            return database.execute(statement).fetchall()

    def stored(self) -> Counter[str]:
        return Counter(body for (body,) in self.sql("SELECT body FROM comments_comment"))

    def forget_email(self) -> None:
        """As an hour later: the most that a moderator gets in one begins anew."""
        self.mail.taken.clear()
        for table in ("comments_deliveryattempt", "comments_message"):
            self.sql(f"DELETE FROM {table}")

    def drain(self) -> None:
        """Make every email due, and wait until the worker has done what there is to do."""
        self.sql("UPDATE comments_message SET next_try_at = created_at, leased_until = NULL WHERE sent_at IS NULL")
        wait_until(lambda: self.sql(LEFT_TO_DO) == [(0,)], "the worker")


def run_python(arguments: list[str], variables: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=PATIENCE * 8,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)[:200]} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def kill_group(process: subprocess.Popen[bytes] | None) -> None:
    """Whatever a server has left behind."""
    if process:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
