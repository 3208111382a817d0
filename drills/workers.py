"""Workers killed, servers restarted: by one gunicorn, and by two behind nginx."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from drills.fault import AWAY, NO_ANSWER, UNHARMED, Drill, Fault, may
from drills.servers import FAIL_SECONDS
from drills.stack import Stack

# A request that was under way when its worker died gets no answer, or nginx's own page.
CUT_OFF = may(UNHARMED, writers={NO_ANSWER, AWAY}, readers={NO_ANSWER, "503"})
KILLS, PAUSE = 8, 0.7


def kill_workers(stack: Stack) -> None:
    """Of one node after the other, where there are two."""
    for number in range(KILLS):
        for worker in stack.nodes[number % len(stack.nodes)].workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        time.sleep(PAUSE)


def restart_all(stack: Stack) -> None:
    """One after the other, each told to end and started again; nginx has to notice before the next one ends."""
    for node in stack.nodes:
        node.end(signal.SIGTERM)
        node.start()
        if stack.nginx:
            time.sleep(FAIL_SECONDS + 1)


def reload_workers(stack: Stack) -> None:
    for node in stack.nodes:
        node.send(signal.SIGHUP)


def roll(drill: Drill) -> None:
    with drill.under_load(expect=UNHARMED):
        restart_all(drill.stack)


FAULTS = (
    Fault("workers-killed", f"all workers of gunicorn killed {KILLS} times", "1", kill_workers, None, 0, CUT_OFF),
    Fault("reload", "gunicorn told to renew its workers (HUP)", "31", reload_workers, None, 6),
    Fault("restart", "the only gunicorn stopped and started", "31", restart_all, None, 0, CUT_OFF, setups=("sqlite",)),
    Fault("rolling-restart", "two nodes restarted one after the other", "31", play=roll, setups=("postgres",)),
)
