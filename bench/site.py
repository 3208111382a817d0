"""Makes sampled sites for the benchmarks and serves them: with gunicorn as in production, and as files with nginx.

Everything is under var/bench, listens on 127.0.0.1 alone and ends with the benchmark.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(os.environ.get("BENCH_DIR", ROOT / "var" / "bench"))
FULL = {"posts": 100_000, "comments": 1_000_000, "thread": 100_000, "chain": 10_000}
SIZES = {
    "small": {"posts": 1_000, "comments": 10_000, "thread": 5_000, "chain": 100},
    "middle": {"posts": 10_000, "comments": 100_000, "thread": 10_000, "chain": 1_000},
    "large": FULL,
}
QUICK = {"posts": 500, "comments": 12_000, "thread": 10_000, "chain": 1_000}
POSTGRES = "postgres://root@127.0.0.1:5432/registan_bench"
# Seconds that making the largest site may take.
FILL_TIMEOUT = 60 * 60
NGINX = """
user {user}; worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type text/html;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static on; }}
}}
"""


def use_site(*, database: str, quick: bool, purpose: str = "") -> Path:
    """Point this process's environment at the benchmarks' site of that kind; return its folder."""
    name = "-".join(part for part in (database, purpose, "quick" if quick else "") if part)
    folder = HERE / name
    folder.mkdir(parents=True, exist_ok=True)
    if database == "postgres":
        url = os.environ.get("BENCH_DATABASE_URL", POSTGRES) + name.removeprefix(database).replace("-", "_")
    else:
        url = f"sqlite:///{folder / 'registan.sqlite3'}"
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "registan.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "CACHE_URL": "local",
        "SITE_URL": "http://127.0.0.1:8000",
    }
    sys.path.insert(0, str(ROOT))
    return folder


def fill(size: dict[str, int]) -> None:
    """Migrate the site, whose database is made if it is PostgreSQL's, and fill it with samples when it is empty."""
    create_database(os.environ["DATABASE_URL"])
    run_manage("migrate", "--verbosity", "0")
    run_manage("collectstatic", "--no-input", "--verbosity", "0")
    import django

    django.setup()
    from blog.models import Post

    if not Post.objects.exists():
        run_manage("sample", *(f"--{name}={number}" for name, number in size.items()))


def run_manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, timeout=FILL_TIMEOUT)


def create_database(url: str) -> None:
    """Make a missing database of PostgreSQL; SQLite makes its own."""
    if not url.startswith("sqlite"):
        import psycopg2

        with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
            run_on_server(url, f"CREATE DATABASE {database_name(url)}")


def drop_database(url: str) -> None:
    run_on_server(url, f"DROP DATABASE IF EXISTS {database_name(url)} WITH (FORCE)")


def database_name(url: str) -> str:
    return urlsplit(url).path.strip("/")


def run_on_server(url: str, statement: str) -> None:
    """Execute a statement that can't run in the database of PostgreSQL that it concerns."""
    import psycopg2

    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


def thread_rows(post: Any) -> Any:
    """The comments and tombstones that readers see under `post`, in the order of the thread."""
    from comments.models import Comment

    return Comment.objects.filter(post=post, shown=True).order_by("path")


def session_cookie(username: str, *, group: str = "") -> str:
    """`name=value` of a session of that account; a missing account is made, as an administrator or in the group."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user, is_new = User.objects.get_or_create(
        username=username,
        defaults={"is_superuser": not group, "email": f"{username}@example.org"},
    )
    if is_new and group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client.cookies.output(header="", attrs=[]).strip()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """A running server: its address and the CPU time that it and its children have used."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.address = process, f"http://127.0.0.1:{port}"

    def cpu(self) -> float:
        """Seconds so far, those of ended children included."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ticks = sum(process_times(pid)[:4]) + sum(sum(process_times(child)[:2]) for child in children)
        return ticks / os.sysconf("SC_CLK_TCK")


def process_times(pid: int | str) -> list[int]:
    """User and system time, its own and that of ended children, in ticks (proc(5): fields 14 to 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]


def gunicorn(port: int = 0) -> contextlib.AbstractContextManager[Server]:
    """Serve the site as `make run` and deploy/ do; at any free port when `port` is 0."""
    port = port or free_port()
    config = str(ROOT / "deploy" / "gunicorn.conf.py")
    options = ["--config", config, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "registan.wsgi"]
    return serve(command, port, "healthz")


def nginx(folder: Path, files: dict[str, bytes]) -> contextlib.AbstractContextManager[Server]:
    """Serve these files with nginx, compressed beforehand, so that it does nothing but send."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, 6))
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=os.environ.get("USER") or "root"))
    return serve(["nginx", "-c", str(folder / "nginx.conf")], port, next(iter(files)))


@contextlib.contextmanager
def serve(command: list[str], port: int, path: str) -> Iterator[Server]:
    """Run a server for the length of the context; end it with its children, whatever happens."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/{path}", process)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
