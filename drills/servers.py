"""Real servers that can be frozen, killed, filled and started again: PostgreSQL, Redis, nginx, S3."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from bench.site import ROOT, free_port
from tests.comments.processes import PATIENCE, wait_until
from tests.registan.redis_server import does_redis_answer
from tests.registan.test_nginx import Nginx

AS_POSTGRES = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.getuid() == 0 else []
# A few for each thread of two nodes and the worker: a drill takes all of them.
MAX_CONNECTIONS = 40
S3_KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
BUCKET = "pictures"
# As deploy/nginx.conf says for several nodes.
FAIL_SECONDS = 2


class Server:
    """One process, started in `folder`; `start` waits until it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.inherited: tuple[int, ...] = ()  # descriptors of files that are open before it starts

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        # Beside the folder, which may be full.
        with self.folder.with_name(f"{self.folder.name}.{type(self).__name__}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=ROOT, stdout=log, stderr=log, start_new_session=True, pass_fds=self.inherited
            )
        process = self.process
        wait_until(lambda: process.poll() is not None or self.answers(), type(self).__name__)
        assert process.poll() is None, f"{type(self).__name__} ended: see {self.folder}"

    def send(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, number)

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send the signal and wait; whoever does not end is killed, with its children."""
        self.send(signal.SIGCONT)
        self.send(number)
        if self.process:
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(PATIENCE)

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)


def postgres_programs() -> Path:
    """The folder of the newest PostgreSQL of Debian, or of whichever is on the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return folders[-1] if folders else Path(shutil.which("initdb") or "initdb").parent


def missing_programs() -> list[str]:
    names = ["redis-server", "redis-cli", "nginx", str(postgres_programs() / "initdb")]
    return [name for name in names if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]


class Postgres(Server):
    """A cluster of its own; SIGINT stops it fast, SIGQUIT as a crash does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.programs = postgres_programs()
        self.data = folder / "cluster"
        self.data.mkdir()
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres", "postgres")
        initdb = [
            str(self.programs / "initdb"),
            "-D",
            str(self.data),
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            "-E",
            "UTF8",
        ]
        subprocess.run([*AS_POSTGRES, *initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def command(self) -> list[str]:
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "max_connections": MAX_CONNECTIONS}
        settings |= {"unix_socket_directories": "", "shared_buffers": "64MB", "max_wal_size": "256MB"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*AS_POSTGRES, str(self.programs / "postgres"), "-D", str(self.data), *options]

    def answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg2.Error:
            return False
        return True

    def connect(self, database: str = "postgres", user: str = "postgres") -> Any:
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user=user, dbname=database, connect_timeout=5)
        connection.autocommit = True
        return connection

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def address(self, database: str) -> str:
        return f"postgres://registan@127.0.0.1:{self.port}/{database}"


class Redis(Server):
    def command(self) -> list[str]:
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "dir": self.folder}
        return ["redis-server", *(part for name, value in options.items() for part in (f"--{name}", str(value)))]

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        return does_redis_answer(self.address)

    def tell(self, *words: str) -> None:
        subprocess.run(["redis-cli", "-p", str(self.port), *words], check=True, stdout=subprocess.DEVNULL)


class S3(Server):
    """moto's server, which forgets everything when it ends."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    @property
    def client(self) -> Any:
        import boto3

        return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", **S3_KEYS)

    @property
    def address(self) -> str:
        return f"s3+http://key:secret@127.0.0.1:{self.port}/{BUCKET}?region=us-east-1"

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/moto-api/", timeout=5).read()
        except OSError:
            return False
        return True

    def start(self) -> None:
        super().start()
        self.client.create_bucket(Bucket=BUCKET)


class TwoNodes(Nginx):
    """nginx as deploy/nginx.conf has it, with several nodes behind it."""

    def __init__(self, directory: Path, nodes: list[int]) -> None:
        super().__init__(directory, ROOT, nodes[0])
        self.nodes = nodes

    def configuration(self) -> str:
        main = super().configuration()
        site = self.directory / "site.conf"
        ours = " ".join(f"server 127.0.0.1:{port} fail_timeout={FAIL_SECONDS}s;" for port in self.nodes)
        site.write_text(site.read_text().replace(f"server 127.0.0.1:{self.app};", ours))
        return main
