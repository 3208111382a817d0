"""manage.py serve keeps the web server and the worker running side by side. They share what is loaded."""

import signal
import subprocess
import sys

import pytest
from django.conf import settings

from registan.supervisor import next_pause
from tests.comments.processes import PATIENCE

SUPERVISE = """
import os, signal, sys
from functools import partial

from registan.supervisor import run_processes


def say_and_wait(name):
    signal.signal(signal.SIGTERM, lambda *_: (os.write(1, f"{name} ends\\n".encode()), os._exit(0)))
    os.write(1, f"{name} {os.getpid()}\\n".encode())  # at once: both write to one pipe
    signal.pause()


web = partial(sys.exit, 4) if "fail" in sys.argv else partial(say_and_wait, "web")
replaced = partial(os.write, 1, b"replaced 1\\n")
sys.exit(run_processes(web, partial(say_and_wait, "worker"), on_replaced=replaced))
"""


@pytest.fixture
def supervise():
    started = []

    def start(*arguments: str) -> subprocess.Popen:
        """Each of the two says its name and number, waits, and says so when it is asked to end."""
        command = [sys.executable, "-c", SUPERVISE, *arguments]
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
    process = supervise()
    assert set(numbers_of_both(process)) == {"web", "worker"}
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert set(process.stdout.read().splitlines()) == {"web ends", "worker ends"}


def test_a_worker_that_dies_is_replaced_and_somebody_hears_of_it(supervise):
    process = supervise()
    killed = numbers_of_both(process)["worker"]
    subprocess.run(["kill", "-KILL", str(killed)], check=True)
    assert process.stdout.readline() == "replaced 1\n"
    name, number = process.stdout.readline().split()
    assert (name, int(number) != killed) == ("worker", True)


def test_one_that_dies_again_and_again_is_replaced_after_longer_and_longer_pauses():
    pauses = [0.0]
    for _death in range(7):
        pauses.append(next_pause(pauses[-1], lived=0.1))
    assert pauses == [0, 2, 4, 8, 16, 32, 60, 60]
    assert next_pause(60, lived=61) == 0


def test_when_the_web_server_ends_so_does_the_worker_and_its_code_is_told(supervise):
    process = supervise("fail")
    assert process.wait(PATIENCE) == 4
