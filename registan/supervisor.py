"""Runs the web server and the worker side by side for manage.py serve; needs nothing but Python itself.

python -m registan.supervisor '[["web", "…"], ["worker", "…"]]'
"""

import json
import signal
import subprocess
import sys
import threading

# For requests and emails in progress when the site is stopped.
GRACE_SECONDS = 30
POLL_SECONDS = 1.0


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
    return subprocess.Popen(command)  # noqa: S603


if __name__ == "__main__":
    sys.exit(run_processes(*json.loads(sys.argv[1])))
