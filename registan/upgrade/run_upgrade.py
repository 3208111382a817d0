"""Upgrades the site: backup, migrations, estimates, static files, chores; each upgrade leaves a record."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import Error, connection, connections
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
LIMITED = (
    "statements end after {limit} here, as PgBouncer sets it, and a large table needs longer. Give DATABASE_URL the "
    "address of PostgreSQL itself for the upgrade."
)
STOPPED = (
    "{error}\nThe upgrade has stopped at that step, which has changed nothing; {done} of {all} steps stay. Run it "
    "again when the reason is gone, or go back with manage.py upgrade --rollback."
)


def upgrade(say: Say, *, makes_backup: bool = True, is_quiet: bool = False) -> None:
    """Bring database and files to this version, or raise CommandError with the reason why not; safe to repeat.

    With `is_quiet` nothing is said where nothing is to do.
    """
    with one_at_a_time(say):
        if reason := refusal_reason(connection):
            raise CommandError(reason)
        plan = make_plan()
        if plan.is_empty:
            call_command("migrate", verbosity=0)
            estimate_tables(connection)
        elif plan.has_work:
            carry_out(plan, say, makes_backup=makes_backup)
        elif not is_quiet:
            say(f"Nothing to do: this is {plan.new}, and the tables are those of this version.")
        collect_static()
        write_ran(plan.new)


def carry_out(plan: Plan, say: Say, *, makes_backup: bool) -> None:
    """Do what the plan says."""
    try:
        for line in describe_plan(plan, makes_backup=makes_backup):
            say(line)
    except CopyFailed as reason:
        raise CommandError(NOTHING_CHANGED.format(reason=reason)) from None
    refuse_without_room(plan, makes_backup=makes_backup)
    record = begin_record(plan.new, [cost.name for cost in plan.costs])
    if plan.costs:
        change_tables(plan, record, say, makes_backup=makes_backup)
    record.chores = find_chores()
    queue_chores(record.chores)
    record.end(DONE)
    delete_old_backups()
    words = f" The worker goes on with {', '.join(record.chores)}." if record.chores else ""
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
        mark = outdate_others()
        try:
            if makes_backup:
                back_up(record, say)
            done = migrate(plan, say)
        except CopyFailed as reason:
            let_others_go_on(mark)
            record.end(FAILED)
            raise CommandError(NOTHING_CHANGED.format(reason=reason)) from None
        except (Error, OSError) as error:
            done = len(plan.costs) - len(make_plan().costs)
            if not done:
                let_others_go_on(mark)
            record.end(FAILED)
            raise CommandError(STOPPED.format(error=error, done=done, all=len(plan.costs))) from error


def back_up(record: UpgradeRecord, say: Say) -> None:
    """Copy the database, unless an upgrade that was interrupted has done so: it is of the version before."""
    if file := record.backup_file:
        say(f"The upgrade that was interrupted goes on; the backup is that of {record.backup_at}: {file}")
        return
    start = time.monotonic()
    file = copy_database(connection, record.folder)
    record.backup, record.backup_at = file.name, timezone.now().isoformat()
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
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        yield
        return
    before = options.get("options", "")
    connection.close()
    options["options"] = f"{before} -c statement_timeout=0"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            (limit,) = cursor.fetchone()
        if limit != "0":
            raise CommandError(NOTHING_CHANGED.format(reason=LIMITED.format(limit=limit)))
        yield
    finally:
        options["options"] = before
        connection.close()


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
