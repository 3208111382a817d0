"""Writers to one SQLite file take turns: threads and processes, fairly, and past those that die."""

import contextlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from registan.sqlite3.writer_queue import WriterQueue

# Seconds that a test waits for what comes at once.
PATIENCE = 30
HOLD = """
import sys
from registan.sqlite3.writer_queue import WriterQueue
queue = WriterQueue(sys.argv[1])
assert queue.enter(30)
print("in", flush=True)
sys.stdin.readline()
queue.leave()
print("out", flush=True)
sys.stdin.readline()
"""


BE_NEXT = """
import sys
from registan.sqlite3.writer_queue import NEXT, WriterQueue
queue = WriterQueue(sys.argv[1])
assert queue.lock_byte(NEXT, float("inf"))
print("next", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "site.sqlite3-writers")


@pytest.fixture
def other(path):
    """Another process, whose turn it is."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "in\n"
    yield process
    process.kill()
    process.communicate()


def test_a_thread_waits_until_the_other_has_written(path):
    queue = WriterQueue(path)
    written = []

    def write(number: int) -> None:
        assert queue.enter(PATIENCE)
        written.append(f"{number} begins")
        written.append(f"{number} ends")
        queue.leave()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert len(written) == 80
    assert all(begin.replace("begins", "ends") == end for begin, end in zip(written[::2], written[1::2], strict=True))


def test_who_waits_too_long_is_told_so_and_another_may_come_later(path):
    queue = WriterQueue(path)
    assert queue.enter(PATIENCE)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(queue.enter, 0.01).result() is False
    queue.leave()
    assert queue.enter(PATIENCE)


def test_a_process_waits_for_another_process(path, other):
    queue = WriterQueue(path)
    assert not queue.enter(0.01)
    other.stdin.write("leave\n")
    other.stdin.flush()
    assert queue.enter(PATIENCE)


def test_nobody_overtakes_the_process_that_is_next(path):
    queue = WriterQueue(path)
    command = [sys.executable, "-c", BE_NEXT, path]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stdout.readline() == "next\n"
        assert not queue.enter(0.01)  # though nobody is writing
        waiting.stdin.close()
    assert queue.enter(PATIENCE)


def test_a_process_that_is_killed_leaves_the_queue(path, other):
    other.kill()
    assert WriterQueue(path).enter(PATIENCE)


def test_a_forked_child_does_not_have_the_turn_of_its_parent(path):
    queue = WriterQueue(path)
    assert queue.enter(PATIENCE)
    child = os.fork()
    if not child:
        other = WriterQueue(path)
        os._exit(1 if other.enter(0.01) else 0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_process_of_many_writers_lets_another_one_in(path, other):
    """The other gets another turn while eight threads here never stop asking."""
    queue, ended = WriterQueue(path), threading.Event()

    def write() -> int:
        turns = 0
        while not ended.is_set():
            assert queue.enter(PATIENCE)
            turns += 1
            queue.leave()
        return turns

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write) for _ in range(8)]
        try:
            other.stdin.write("leave\n")
            other.stdin.flush()
            assert other.stdout.readline() == "out\n"
            late = subprocess.run(
                [sys.executable, "-c", HOLD, path],
                cwd=settings.BASE_DIR,
                input="leave\n\n",
                capture_output=True,
                text=True,
                timeout=PATIENCE * 2,
                check=False,
            )
        finally:
            ended.set()
        assert sum(writer.result() for writer in writers) > 0
    assert late.stdout == "in\nout\n"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_never_gets_its_turn_fails_as_a_locked_database_does(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.01)
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            begun.set()
            done.wait(PATIENCE)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert begun.wait(PATIENCE)
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
        done.set()
        holder.result()
    with transaction.atomic():
        assert not connection.needs_rollback


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["commit", "error", "close"])
def test_a_transaction_leaves_the_queue_however_it_ends(end):
    def one_transaction() -> None:
        with transaction.atomic():
            if end == "error":
                raise ValueError(end)
            if end == "close":
                connection.close()

    with contextlib.suppress(ValueError):
        one_transaction()
    assert connection.queue is None
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write_and_close).result()


def write_and_close() -> None:
    with transaction.atomic():
        pass
    connection.close()
