"""manage.py serve: web and worker in one process group. What `make run` calls."""

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

# Seconds that a request or a mail under way is given to end.
GRACE_SECONDS = 30
# How often we look whether both still run.
POLL_SECONDS = 1.0


class Command(BaseCommand):
    help = "Prepare the database, then run web and worker until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty site with the demo first")
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
    """Were static files, or the libraries that bring some, changed since they were collected?"""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.is_file():
        return True
    sources = [*(settings.BASE_DIR / "static").rglob("*"), settings.BASE_DIR / "requirements.lock"]
    return max(file.stat().st_mtime for file in sources) > manifest.stat().st_mtime


def gunicorn_command(bind: str) -> list[str]:
    """gunicorn's command line; the rest stands in deploy/gunicorn.conf.py."""
    config = settings.BASE_DIR / "deploy" / "gunicorn.conf.py"
    return [sys.executable, "-m", "gunicorn", "--config", str(config), "--bind", bind, "registan.wsgi"]


def run_processes(web: list[str], worker: list[str]) -> int:
    """Run both until the web server ends (its exit code) or we are told to stop (0). A worker that ends is replaced."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    serving, working = start_process(web), start_process(worker)
    while serving.poll() is None and not stop.wait(POLL_SECONDS):
        if working.poll() is not None:
            working = start_process(worker)
    for process in (serving, working):
        process.terminate()
    for process in (serving, working):
        stop_process(process)
    return 0 if stop.is_set() else serving.returncode


def stop_process(process: subprocess.Popen) -> None:
    """Wait for a process that was asked to stop; kill it when it takes too long. What it held is leased, not lost."""
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_process(command: list[str]) -> subprocess.Popen:
    return subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603
