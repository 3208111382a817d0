"""Runs the web server and the worker side by side, forked from one process: what it has loaded, they share."""

import gc
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess

# For requests and emails in progress when the site is stopped.
GRACE_SECONDS = 30
POLL_SECONDS = 1.0
# Between the starts of a worker that ends again at once, and at most.
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 2.0, 60.0


def run_processes(
    web: Callable[[], object], worker: Callable[[], object], *, on_replaced: Callable[[], object] = lambda: None
) -> int:
    """Run both until the web server ends or a signal comes; return the exit code.

    A worker that ends is replaced at once; one that ends again and again, after a longer and longer pause.
    `on_replaced` is called each time.
    """
    gc.collect()
    gc.freeze()  # as in deploy/gunicorn.conf.py
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    web_process, worker_process = start_process(web), start_process(worker)
    started_at, pause = time.monotonic(), 0.0
    while web_process.is_alive() and not stop.wait(POLL_SECONDS):
        if worker_process.is_alive() or time.monotonic() < started_at + pause:
            continue
        pause = next_pause(pause, lived=time.monotonic() - started_at)
        on_replaced()
        worker_process, started_at = start_process(worker), time.monotonic()
    for process in (web_process, worker_process):
        process.terminate()
    for process in (web_process, worker_process):
        wait_or_kill(process)
    return 0 if stop.is_set() else web_process.exitcode or 0


def next_pause(pause: float, *, lived: float) -> float:
    """Seconds from the start of a worker to that of the next: none after one that has lived for long enough."""
    return 0.0 if lived > MAX_PAUSE_SECONDS else min(2 * pause or FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS)


def wait_or_kill(process: ForkProcess) -> None:
    """Wait for a terminated process, and kill it when it takes too long: its jobs are leased, so nothing is lost."""
    process.join(GRACE_SECONDS)
    process.kill()
    process.join()


def start_process(what: Callable[[], object]) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=run_alone, args=(what,))
    process.start()
    return process


def run_alone(what: Callable[[], object]) -> None:
    """Do it in a new process, which stops as if it had been started by itself."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    what()
