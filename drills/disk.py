"""Disks that are full or take no writes, and SQLite's file held by somebody else."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from drills.fault import KEPT, NO_ANSWER, STORED, Drill, Expect, Fault
from drills.servers import Server
from drills.stack import Stack, kill_group
from tests.comments.processes import wait_until

# Reading needs no space.
READS_GO_ON = Expect(writers=frozenset({STORED, KEPT}), slowest=5.0)
# Everybody who writes holds a thread of gunicorn until SQLite's time-out of 20 s: readers wait as long, at worst.
WAITS = Expect(writers=frozenset({STORED, KEPT}), slowest=45.0)
MEGABYTES = 64
FILLER = "filler"


def fill_disk(folder: Path) -> None:
    with contextlib.suppress(OSError), (folder / FILLER).open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)


def free_disk(folder: Path) -> None:
    (folder / FILLER).unlink()


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def run_read_only(drill: Drill) -> None:
    """The file system of the database meets an error and takes no more writes; it is checked, and all is started again.

    ext4 can be told that it has met one, also while files are open (`mount -o remount,abort`).
    """
    stack = drill.stack
    place = move_database(stack)
    repaired = Expect(
        writers=frozenset({STORED, KEPT, NO_ANSWER}), guests=frozenset({"200", NO_ANSWER}),
        readers=frozenset({"200", NO_ANSWER}), staff=frozenset({"200", NO_ANSWER}),
    )  # fmt: skip
    with drill.under_load(expect=repaired):
        remount(place, "abort")
        drill.last(5)
        kill(stack)
        subprocess.run(["umount", str(place)], check=True)
        subprocess.run(["fsck.ext4", "-y", str(image_of(stack))], check=False, capture_output=True)
        mount_image(stack, place)
        start(stack)


def move_database(stack: Stack) -> Path:
    """Put the database alone on a disk of its own: a site whose DATA_DIR cannot be written to refuses to start."""
    place, image = stack.folder / "disk", image_of(stack)
    place.mkdir()
    kill(stack)
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    mount_image(stack, place)
    stack.cleanup.callback(subprocess.run, ["umount", "-l", str(place)], check=True)
    shutil.copy(stack.folder / "registan.sqlite3", place)
    stack.variables["DATABASE_URL"] = f"sqlite:///{place}/registan.sqlite3"
    start(stack)
    return place


def image_of(stack: Stack) -> Path:
    return stack.folder / "disk.img"


def mount_image(stack: Stack, place: Path) -> None:
    subprocess.run(["mount", "-o", "loop,errors=remount-ro", str(image_of(stack)), str(place)], check=True)


def kill(stack: Stack) -> None:
    for server in (*stack.nodes, stack.worker):
        server.end(signal.SIGKILL)
        kill_group(server.process)
        wait_until(lambda: not is_group_alive(server), "the last process")  # noqa: B023  called here


def is_group_alive(server: Server) -> bool:
    try:
        os.killpg(server.process.pid if server.process else 0, 0)
    except ProcessLookupError:
        return False
    return True


def start(stack: Stack) -> None:
    for server in (*stack.nodes, stack.worker):
        server.start()


@contextlib.contextmanager
def small_tablespace(stack: Stack) -> Iterator[Path]:
    """The table of comments on a disk of its own with little space."""
    place = stack.folder.with_name("space")
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)], check=True)
    try:
        (place / "table").mkdir()
        subprocess.run(["chown", "postgres", str(place / "table")], check=True)
        stack.postgres.run(f"CREATE TABLESPACE small LOCATION '{place}/table'")
        stack.sql("ALTER TABLE comments_comment SET TABLESPACE small")
        yield place
    finally:
        stack.sql("ALTER TABLE comments_comment SET TABLESPACE pg_default")
        stack.postgres.run("DROP TABLESPACE small")
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill_postgres_disk(drill: Drill) -> None:
    with small_tablespace(drill.stack) as place, drill.under_load(expect=READS_GO_ON):
        fill_disk(place)
        drill.last(6)
        free_disk(place)


def hold_sqlite(seconds: float, drill: Drill) -> None:
    """Another program has the one place of a writer."""
    with (
        drill.under_load(expect=WAITS, within=60),
        closing(sqlite3.connect(drill.stack.folder / "registan.sqlite3", timeout=30, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        drill.last(seconds)
        other.execute("ROLLBACK")


def read_what_survives_a_power_cut(drill: Drill) -> None:
    """No power can be cut here; what is read instead is whether the site waits for the disk before it acknowledges."""
    setting = "synchronous_commit" if drill.stack.postgres else "synchronous"
    statement = f"SHOW {setting}" if drill.stack.postgres else f"PRAGMA {setting}"
    code = f"from django.db import connection as c; k = c.cursor(); k.execute('{statement}'); print(k.fetchone()[0])"
    level = drill.stack.change(code).strip()
    drill.promise(level in {"2", "on"}, f"{setting} is {level}")
    drill.note(f"not played: one machine cannot; the site's own connection has {setting} = {level}")


FAULTS = (
    Fault("power-cut", "the power is cut", "33", play=read_what_survives_a_power_cut),
    Fault(
        "disk-full", "DATA_DIR full, with the database and all files", "8",
        lambda stack: fill_disk(stack.folder), lambda stack: free_disk(stack.folder), 5, READS_GO_ON,
        setups=("sqlite",), disk=MEGABYTES, is_alone=True,
    ),
    Fault("disk-full", "the disk of the table of comments full", "8", play=fill_postgres_disk, setups=("postgres",),
          mounts=True),
    Fault("disk-read-only", "the disk of the database read-only", "9", play=run_read_only, setups=("sqlite",),
          mounts=True, is_alone=True),
    Fault("sqlite-locked-3s", "SQLite locked for 3 s, 32 writers", "10", play=partial(hold_sqlite, 3.0),
          setups=("sqlite",), writers=32),
    Fault("sqlite-locked-30s", "SQLite locked for 30 s, 32 writers", "10", play=partial(hold_sqlite, 30.0),
          setups=("sqlite",), writers=32),
)  # fmt: skip
