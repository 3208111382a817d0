"""Upgrades the site: backup, migrations, estimates, static files, chores; each upgrade leaves a record."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.utils import timezone

from registan.collected_static import is_static_outdated
from registan.database import estimate_tables, refusal_reason
from registan.upgrade.chores import find_chores, queue_chores
from registan.upgrade.database_copy import CopyFailed, copy_database
from registan.upgrade.outdated_process import let_others_go_on, outdate_others
from registan.upgrade.upgrade_plan import Plan, describe_plan, describe_size, make_plan
from registan.upgrade.upgrade_record import (
    DONE,
    FAILED,
    UpgradeRecord,
    begin_record,
    delete_old_backups,
    upgrades_folder,
    write_ran,
)

type Say = Callable[[str], object]

# Of PostgreSQL's lock that two machines ask for, at random.
LOCK_NUMBER = 7_265_187_332
NOTHING_CHANGED = "Nothing was changed: {reason}"
NO_ROOM = (
    "there are {free} free under {folder}, and the upgrade asks for {room}: for a backup, and for tables that are "
    "written anew. Make room, or set DATA_DIR to a larger disk. With --no-backup it is tried in what there is."
)
NOT_WRITTEN = "The tables are those of this version, but a file could not be written: {error}. Run it again."
STOPPED = (
    "{error}\nThe upgrade has stopped at that step, which was undone; {done} of {all} steps stay. Run it "
    "again when the reason is gone (--traceback says more), or go back with manage.py upgrade --rollback."
)


def upgrade(say: Say, *, makes_backup: bool = True, is_quiet: bool = False) -> None:
    """Bring database and files to this version, or raise CommandError with the reason why not; safe to repeat.

    With `is_quiet` nothing is said where nothing is to do.
    """
    with one_at_a_time(say):
        if reason := refusal_reason(connection):
            raise CommandError(reason)
        plan = make_plan()
        if plan.has_work and not plan.is_empty:
            carry_out(plan, say, makes_backup=makes_backup)
        else:
            call_command("migrate", verbosity=0)  # also where no step is due: it gives roles their permissions
            estimate_tables(connection)
            if not is_quiet:
                say(f"Nothing else to do: this is {plan.new}, and the tables are those of this version.")
        try:
            collect_static()
            write_ran(plan.new)
        except OSError as error:
            raise CommandError(NOT_WRITTEN.format(error=error)) from error


def carry_out(plan: Plan, say: Say, *, makes_backup: bool) -> None:
    """Do what the plan says."""
    try:
        for line in describe_plan(plan, makes_backup=makes_backup):
            say(line)
    except CopyFailed as reason:
        raise CommandError(NOTHING_CHANGED.format(reason=reason)) from None
    refuse_without_room(plan, makes_backup=makes_backup)
    if not plan.costs:
        call_command("migrate", verbosity=0)  # gives roles their permissions
        chores = find_chores([])
    else:
        with changing_nothing():
            record = begin_record(plan.new, [cost.name for cost in plan.costs])
        change_tables(plan, record, say, makes_backup=makes_backup)
        chores = record.chores = find_chores(record.migrations)
        record.end(DONE)
        delete_old_backups()
    queue_chores(chores)
    words = f" The worker goes on with {', '.join(chores)}." if chores else ""
    say(f"Done: this is {plan.new}.{words} Start the site again if it runs.")


def refuse_without_room(plan: Plan, *, makes_backup: bool) -> None:
    """Raise CommandError when the disk is too small."""
    if makes_backup and plan.free < plan.room:
        sizes = {"free": describe_size(plan.free), "room": describe_size(plan.room)}
        reason = NO_ROOM.format(**sizes, folder=settings.DATA_DIR)
        raise CommandError(NOTHING_CHANGED.format(reason=reason))


def change_tables(plan: Plan, record: UpgradeRecord, say: Say, *, makes_backup: bool) -> None:
    """Back up and migrate, while no other process writes; on a failure they go on if the tables are as they were."""
    with no_time_limit():
        with changing_nothing():
            mark = outdate_others()
        try:
            if makes_backup:
                back_up(record, say)
            done = migrate(plan, say)
        except CopyFailed as reason:
            let_others_go_on(mark)
            note_failure(record)
            raise CommandError(NOTHING_CHANGED.format(reason=reason)) from None
        except Exception as error:  # code of a migration may fail at anything
            done = len(plan.costs) - len(make_plan().costs)
            if not done:
                let_others_go_on(mark)
            note_failure(record)
            raise CommandError(
                STOPPED.format(error=f"{type(error).__name__}: {error}", done=done, all=len(plan.costs))
            ) from error


@contextmanager
def changing_nothing() -> Iterator[None]:
    """Say that nothing was changed where a file can't be written."""
    try:
        yield
    except OSError as error:
        raise CommandError(NOTHING_CHANGED.format(reason=error)) from error


def note_failure(record: UpgradeRecord) -> None:
    """In the record, unless the disk is full."""
    with suppress(OSError):
        record.end(FAILED)


def back_up(record: UpgradeRecord, say: Say) -> None:
    """Copy the database, unless an upgrade that was interrupted has done so: it is of the version before."""
    if file := record.backup_file:
        say(f"The upgrade that was interrupted goes on; the backup is that of {record.backup_at}: {file}")
        return
    start, now = time.monotonic(), timezone.now()
    file = copy_database(connection, record.folder)
    record.backup, record.backup_at = file.name, now.isoformat()
    record.save()
    say(f"Backup: {file}, {describe_size(file.stat().st_size)}, in {time.monotonic() - start:.1f} s.")


def migrate(plan: Plan, say: Say) -> int:
    """Run the migrations; return how many."""
    start = time.monotonic()
    call_command("migrate", verbosity=0)
    estimate_tables(connection)  # tables that were rebuilt have lost theirs
    say(f"Tables: {len(plan.costs)} steps in {time.monotonic() - start:.1f} s.")
    return len(plan.costs)


def collect_static() -> None:
    """Where static files are named by their digests, and have changed."""
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    if backend.startswith("registan.") and is_static_outdated():
        call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def no_time_limit() -> Iterator[None]:
    """Let statements take as long as they need: an index of a large table takes longer than a page may."""
    if connection.vendor == "sqlite":
        yield
        return
    with connection.execute_wrapper(lift_limit):
        yield


def lift_limit(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Lift PostgreSQL's limit within the transaction: PgBouncer hands the next one to another connection."""
    if context["connection"].in_atomic_block:
        context["cursor"].cursor.execute("SET LOCAL statement_timeout = 0")
    return execute(sql, params, many, context)


@contextmanager
def one_at_a_time(say: Say) -> Iterator[None]:
    """Wait for another upgrade of this site, on this machine or, with PostgreSQL, on another one."""
    with (upgrades_folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another upgrade is under way: this one waits for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor == "sqlite":
            yield
            return
        guard = connections.create_connection("default")
        try:
            with guard.cursor() as cursor:
                cursor.execute("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])
                yield
        finally:
            guard.close()
