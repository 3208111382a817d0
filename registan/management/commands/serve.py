"""manage.py serve: runs the web server and the worker together, as `make run` does."""

import os
import signal
import subprocess
import sys
import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from blog.models import Post

# For requests and emails in progress when the site is stopped.
GRACE_SECONDS = 30
POLL_SECONDS = 1.0


class Command(BaseCommand):
    help = "Prepare the database, then run the web server and the worker until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="first fill an empty site with the demo")
        parser.add_argument("--bind", default=f"127.0.0.1:{os.environ.get('PORT', '8000')}", metavar="HOST:PORT")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if is_static_outdated():
            call_command("collectstatic", interactive=False, verbosity=0)
        if options["demo"] and not Post.objects.exists():
            call_command("demo", stdout=self.stdout)
        self.stdout.write(f"{settings.SITE_NAME} is at {settings.SITE_URL}/  (Ctrl+C stops it)")
        self.stdout.flush()
        sys.exit(run_processes(gunicorn_command(options["bind"]), [sys.executable, "manage.py", "worker"]))


def is_static_outdated() -> bool:
    """Have static files, or the packages that contain some, changed since they were collected?"""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.is_file():
        return True
    sources = [*(settings.BASE_DIR / "static").rglob("*"), settings.BASE_DIR / "requirements.lock"]
    return max(file.stat().st_mtime for file in sources) > manifest.stat().st_mtime


def gunicorn_command(bind: str) -> list[str]:
    """gunicorn's command line; its other options are in deploy/gunicorn.conf.py."""
    config = settings.BASE_DIR / "deploy" / "gunicorn.conf.py"
    return [sys.executable, "-m", "gunicorn", "--config", str(config), "--bind", bind, "registan.wsgi"]


def run_processes(web: list[str], worker: list[str]) -> int:
    """Run both until the web server ends or a signal comes; return the exit code. A worker that ends is replaced."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    web_process, worker_process = start_process(web), start_process(worker)
    while web_process.poll() is None and not stop.wait(POLL_SECONDS):
        if worker_process.poll() is not None:
            worker_process = start_process(worker)
    for process in (web_process, worker_process):
        process.terminate()
    for process in (web_process, worker_process):
        wait_or_kill(process)
    return 0 if stop.is_set() else web_process.returncode


def wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    """Wait for a terminated process, and kill it when it takes too long: its jobs are leased, so nothing is lost."""
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_process(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603
