"""SQLite's transactions are on the disk before they are acknowledged, and many wait for it together."""

import contextlib
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from registan.sqlite3.shared_sync import SharedSync

# Seconds that a test waits for what comes at once.
PATIENCE = 30
FULL = 2


@pytest.fixture
def synced(monkeypatch):
    """What was waited for: the paths of files, in order."""
    paths, sync_file = [], os.fdatasync

    def record(file):
        sync_file(file)
        paths.append(str(Path(f"/proc/self/fd/{file}").readlink()))

    monkeypatch.setattr(os, "fdatasync", record)
    return paths


@pytest.fixture
def full(transactional_db):
    """The connection waits for the disk as on a real site; tests spare themselves that."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own")
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {FULL}")
        yield cursor
        cursor.execute(f"PRAGMA busy_timeout = {connection.settings_dict['OPTIONS']['timeout'] * 1_000}")
        cursor.execute("PRAGMA synchronous = OFF")


def level(cursor):
    return cursor.execute("PRAGMA synchronous").fetchone()[0]


def test_those_who_commit_while_another_waits_share_the_next_wait(tmp_path, monkeypatch):
    log = tmp_path / "site.sqlite3-wal"
    log.touch()
    sync, waits, begun, go_on = SharedSync(str(log)), [], threading.Event(), threading.Event()

    def wait_for_disk(file):
        waits.append(sync.committed)
        begun.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(os, "fdatasync", wait_for_disk)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(sync.wait, sync.count_commit())
        assert begun.wait(PATIENCE)
        others = [pool.submit(sync.wait, sync.count_commit()) for _ in range(8)]
        assert not any(writer.done() for writer in (first, *others))
        go_on.set()
        for writer in (first, *others):
            writer.result(PATIENCE)
    assert waits == [1, 9]


def test_nobody_is_told_that_a_failing_disk_has_stored_it(tmp_path, monkeypatch):
    log = tmp_path / "site.sqlite3-wal"
    log.touch()
    sync = SharedSync(str(log))

    def fail(file):
        raise OSError("the disk is broken")

    monkeypatch.setattr(os, "fdatasync", fail)
    for number in (sync.count_commit(), sync.count_commit()):
        with pytest.raises(OSError, match="broken"):
            sync.wait(number)


def test_a_failing_disk_is_a_failure_of_the_database_for_whoever_writes(full, monkeypatch):
    def fail(file):
        raise OSError("the disk takes no more writes")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fail)
        with pytest.raises(OperationalError, match="disk I/O error"), transaction.atomic():
            full.execute("UPDATE blog_clock SET value = value + 1")
    with transaction.atomic():
        assert level(full) < FULL


def test_a_log_that_sqlite_has_deleted_needs_no_wait(tmp_path):
    sync = SharedSync(str(tmp_path / "gone"))
    sync.wait(number := sync.count_commit())
    assert sync.synced == number


def test_a_transaction_is_on_the_disk_when_it_ends(full, synced):
    with transaction.atomic():
        full.execute("UPDATE blog_clock SET value = value + 1")
        assert level(full) < FULL
        assert synced == []
    assert synced == [f"{connection.settings_dict['NAME']}-wal"]


def test_a_single_statement_waits_by_itself_however_the_transaction_before_it_ended(full, synced):
    for _ in range(2):
        with transaction.atomic():
            full.execute("UPDATE blog_clock SET value = value + 1")
            transaction.set_rollback(True)
        assert (level(full), synced) == (FULL, [])
        with transaction.atomic():
            full.execute("UPDATE blog_clock SET value = value + 1")
        assert level(full) == FULL
        synced.clear()


def test_a_transaction_that_cannot_begin_leaves_single_statements_as_they_were(full):
    full.execute("PRAGMA busy_timeout = 0")
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
    assert level(full) == FULL
    with transaction.atomic():
        assert level(full) < FULL
