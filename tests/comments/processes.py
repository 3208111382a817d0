"""Real processes beside the test, on its database: a web server and workers that can be killed."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

# Seconds that anything may take on the busiest machine; only what never happens takes them.
PATIENCE = 180


def wait_until(happened, what: str) -> None:
    """Poll until `happened()` is true; AssertionError naming `what` when it does not become so."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


class Elsewhere:
    """The rows committed so far, as other processes see them: the test database itself, or a copy of SQLite's."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.running = directory, []
        self.file = directory / "copy.sqlite3"
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)

    @property
    def database_url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        at = connection.settings_dict
        secret = f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else ""
        return f"postgres://{at['USER']}{secret}@{at['HOST']}:{at['PORT']}/{at['NAME']}"

    def rows(self, sql: str) -> list[tuple]:
        """What is stored there now."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file, timeout=20)) as database:
                rows = database.execute(sql).fetchall()
                database.commit()
                return rows
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """A Python process of the project in a group of its own, which `stop` kills."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "DATABASE_URL": self.database_url,
                "DATA_DIR": str(self.directory),
                "SECRET_KEY": settings.SECRET_KEY,
                "CACHE_URL": "local",
                "DJANGO_SETTINGS_MODULE": "tests.registan.server_settings",  # no static files have to be collected
                **environment,
            },
        )
        self.running.append(process)
        return process

    def serve(self, **environment: str) -> int:
        """Start gunicorn as it runs in earnest; its port."""
        port = free_port()
        config = str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")
        bind = f"127.0.0.1:{port}"
        command = ("-m", "gunicorn", "--config", config, "--bind", bind, "registan.wsgi")
        self.start(*command, SITE_URL=f"http://{bind}", **environment)
        wait_until(lambda: answers(port), "the web server")
        return port

    def work(self, smtp_port: int) -> subprocess.Popen:
        """Start a worker that does what there is to do, with mail going to that port."""
        return self.start("manage.py", "worker", "--once", EMAIL_URL=f"smtp://127.0.0.1:{smtp_port}")

    def kill(self, process: subprocess.Popen) -> None:
        """As `kill -9`, with all its children."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)

    def stop(self) -> None:
        for process in self.running:
            self.kill(process)


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port: int) -> bool:
    try:
        return get(port, "/healthz") == 200
    except OSError:
        return False


def get(port: int, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as http:
        http.request("GET", path)
        return http.getresponse().status


def post_form(port: int, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Status and Location of the answer to a form."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as http:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
        http.request("POST", path, urlencode(fields), headers)
        answer = http.getresponse()
        return answer.status, answer.getheader("Location", "")
