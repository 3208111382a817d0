"""manage.py serve keeps the web server and the worker running side by side, at the price of a bare Python."""

import json
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.comments.processes import PATIENCE

SAY_AND_WAIT = """
import os, signal, sys

signal.signal(signal.SIGTERM, lambda *_: (os.write(1, f"{sys.argv[1]} ends\\n".encode()), os._exit(0)))
os.write(1, f"{sys.argv[1]} {os.getpid()}\\n".encode())  # at once: both write to one pipe
signal.pause()
"""


def waiting(name: str) -> list[str]:
    """The command of a process that says its name and number, waits, and says so when it is asked to end."""
    return [sys.executable, "-c", SAY_AND_WAIT, name]


@pytest.fixture
def supervise():
    started = []

    def start(web: list[str], worker: list[str]) -> subprocess.Popen:
        command = [sys.executable, "-m", "registan.supervisor", json.dumps([web, worker])]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate()


def numbers_of_both(process: subprocess.Popen) -> dict[str, int]:
    """The numbers of the two processes, by name, once both run."""
    lines = [process.stdout.readline().split() for _ in range(2)]
    return {name: int(number) for name, number in lines}


def test_both_run_until_it_is_asked_to_stop(supervise):
    process = supervise(waiting("web"), waiting("worker"))
    assert set(numbers_of_both(process)) == {"web", "worker"}
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert set(process.stdout.read().splitlines()) == {"web ends", "worker ends"}


def test_a_worker_that_dies_is_replaced(supervise):
    process = supervise(waiting("web"), waiting("worker"))
    killed = numbers_of_both(process)["worker"]
    subprocess.run(["kill", "-KILL", str(killed)], check=True)
    name, number = process.stdout.readline().split()
    assert (name, int(number) != killed) == ("worker", True)


def test_when_the_web_server_ends_so_does_the_worker_and_its_code_is_told(supervise):
    process = supervise([sys.executable, "-c", "raise SystemExit(4)"], waiting("worker"))
    assert process.wait(PATIENCE) == 4


def test_it_loads_nothing_of_django():
    check = "import registan.supervisor, sys; print(any(name.startswith('django') for name in sys.modules))"
    command = [sys.executable, "-c", check]
    assert (
        subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout == "False\n"
    )
