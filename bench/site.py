"""A sampled site of the benchmarks' own, and the servers that show it: gunicorn as in production, nginx beside it.

Everything stands under var/bench, listens on 127.0.0.1 alone and ends with the benchmark.
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

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "var" / "bench"
FULL = {"posts": 100_000, "comments": 1_000_000, "thread": 100_000, "chain": 10_000}
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
    """Point this process's environment at the benchmarks' own site of that kind; returns its folder."""
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
    """Bring the site up to date, and sample it when it is empty."""
    run_manage("migrate", "--verbosity", "0")
    run_manage("collectstatic", "--no-input", "--verbosity", "0")
    import django

    django.setup()
    from blog.models import Post

    if not Post.objects.exists():
        run_manage("sample", *(f"--{name}={number}" for name, number in size.items()))


def run_manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, check=True, timeout=FILL_TIMEOUT)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A running server: its address and the CPU time it has used, its children included."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.address = process, f"http://127.0.0.1:{port}"

    def cpu(self) -> float:
        """Seconds so far, of the processes alive and of those that ended before."""
        pid = self.process.pid
        alive = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ticks = sum(process_times(pid)[:4]) + sum(sum(process_times(child)[:2]) for child in alive)
        return ticks / os.sysconf("SC_CLK_TCK")


def process_times(pid: int | str) -> list[int]:
    """User, system, and both of ended children, in ticks (proc(5): fields 14 to 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]


def gunicorn() -> contextlib.AbstractContextManager[Server]:
    """The site as `make run` and deploy/ serve it."""
    port = free_port()
    config = str(ROOT / "deploy" / "gunicorn.conf.py")
    options = ["--config", config, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "registan.wsgi"]
    return serve(command, port, "healthz")


def nginx(folder: Path, files: dict[str, bytes]) -> contextlib.AbstractContextManager[Server]:
    """nginx with these files, each compressed beforehand, so that it does nothing but send."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, 6))
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=os.environ.get("USER") or "root"))
    return serve(["nginx", "-c", str(folder / "nginx.conf")], port, next(iter(files)))


@contextlib.contextmanager
def serve(command: list[str], port: int, path: str) -> Iterator[Server]:
    """The server while it runs; ended with its children, whatever happens."""
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


def wait_for_answer(url: str, process: subprocess.Popen) -> None:
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
