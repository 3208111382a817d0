"""Runs servers, ends them whatever happens, and reads from /proc what their processes cost."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.site import ROOT, process_times

# Seconds that a server may take to start, and to stop.
START_SECONDS, STOP_SECONDS = 90, 20
# A server is idle when it uses at most this share of a core over so many seconds; it is waited for no longer than this.
IDLE_SHARE, IDLE_WINDOW, IDLE_DEADLINE = 0.05, 0.5, 60
PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)


@contextlib.contextmanager
def run_server(
    command: list[str], *, log: Path, is_ready: Callable[[], bool], environment: dict[str, str] | None = None
) -> Iterator[int]:
    """Run a server for the length of the context; yield its process ID once it is ready.

    RuntimeError with the end of its log when it stops or does not get ready.
    """
    with log.open("ab") as output:
        # A session of its own: Ctrl+C reaches this process alone, which then ends the others in order.
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2_000:]}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):  # the server's children, should it have left any
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def accepts_connections(socket_path: Path) -> bool:
    """Does a server listen at this Unix socket?"""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(socket_path)) == 0


def answers(port: int, path: str = "/") -> bool:
    """Does a server answer at this port of 127.0.0.1, whatever it says?"""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            return False
    return True


class ProcessTree:
    """Processes with all their descendants."""

    def __init__(self, *roots: int) -> None:
        self.roots = roots

    def pids(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                children.setdefault(parent_of(stat.read_text()), []).append(int(stat.parent.name))
        found, waiting = [], list(self.roots)
        while waiting:
            found.append(waiting.pop())
            waiting += children.get(found[-1], [])
        return found

    def cpu(self) -> float:
        """Seconds of CPU time so far; ended descendants are in their parents' figures."""
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                ticks += sum(process_times(pid))
        return ticks / os.sysconf("SC_CLK_TCK")

    def wait_until_idle(self) -> None:
        """Wait until hardly any CPU time is used: requests that the sender has given up are worked off by then."""
        deadline, used = time.monotonic() + IDLE_DEADLINE, self.cpu()
        while time.monotonic() < deadline:
            time.sleep(IDLE_WINDOW)
            before, used = used, self.cpu()
            if used - before <= IDLE_SHARE * IDLE_WINDOW:
                return

    def memory(self) -> float:
        """Megabytes, each page that several processes share divided among them (proc(5): Pss)."""
        kilobytes = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
                kilobytes += int(found[1]) if found else 0
        return kilobytes * 1_024 / 1e6


def parent_of(stat: str) -> int:
    """The parent in the text of /proc/PID/stat: field 4, after the name in parentheses."""
    return int(stat.rpartition(")")[2].split()[1])
