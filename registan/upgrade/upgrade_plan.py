"""Says what an upgrade of this site would do, before it does it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from registan.database import describe_database
from registan.site_health.machinery import database_size
from registan.upgrade.database_copy import name_method
from registan.upgrade.table_locks import MigrationCost, estimate_migrations
from registan.upgrade.upgrade_record import Release, read_ran

# Of the room that is asked for: the backup, and on SQLite also tables that are written anew beside the old ones, once
# in the file and once in the log.
ROOM_FACTOR = {"sqlite": 3, "postgresql": 1}
SMALLEST_ROOM = 64 * 1024 * 1024
# Fewer seconds are not worth a figure.
MOMENT = 1.0
UNKNOWN = "a version before upgrades were recorded"


class Plan(NamedTuple):
    """What is to be done."""

    old: Release | None
    new: Release
    costs: list[MigrationCost]
    is_empty: bool  # a database without tables
    size: int  # bytes of the database
    free: int  # bytes of the disk under DATA_DIR

    @property
    def has_work(self) -> bool:
        return bool(self.costs) or self.old != self.new

    @property
    def needs_backup(self) -> bool:
        return bool(self.costs) and not self.is_empty

    @property
    def room(self) -> int:
        """Bytes that must be free."""
        return max(SMALLEST_ROOM, self.size * ROOM_FACTOR[connection.vendor]) if self.needs_backup else 0


def make_plan() -> Plan:
    """Compare the database with this version; changes nothing."""
    is_empty = not MigrationRecorder(connection).applied_migrations()
    costs = [] if is_empty else estimate_migrations(connection)
    free = shutil.disk_usage(settings.DATA_DIR).free
    return Plan(read_ran(), Release.current(), costs, is_empty, database_size(), free)


def describe_plan(plan: Plan, *, makes_backup: bool, in_full: bool = False) -> Iterator[str]:
    """What is to be done, in lines; CopyFailed when no backup can be made here.

    `in_full` names every step, and not only those for which somebody may wait.
    """
    yield f"From {plan.old or UNKNOWN} to {plan.new}. {describe_database()}, {describe_size(plan.size)}."
    if plan.needs_backup and makes_backup:
        yield f"1. Back up the database by {name_method(connection)}; {describe_size(plan.room)} of room are asked for."
    elif plan.needs_backup:
        yield "1. No backup, as you said: what goes wrong can't be taken back here."
    if plan.costs:
        seconds = sum(cost.seconds for cost in plan.costs)
        yield f"2. Change the tables in {len(plan.costs)} steps, {describe_seconds(seconds)} altogether."
        yield from describe_costs(plan.costs, in_full=in_full)
    elif plan.is_empty:
        yield "1. Make the tables."
    else:
        yield "1. The tables are those of this version already."
    yield "3. Collect static files, and leave to the worker what can be done while the site runs."


def describe_costs(costs: list[MigrationCost], *, in_full: bool) -> Iterator[str]:
    """A line for each step that takes its time, and one for those of which nobody can say."""
    for cost in costs:
        if in_full or cost.seconds >= MOMENT:
            yield f"   {cost.name}: {describe_cost(cost)}"
    if codes := [cost.name for cost in costs if cost.runs_code]:
        yield f"   Not counted, since they run code of their own: {', '.join(codes)}."


def describe_cost(cost: MigrationCost) -> str:
    """What one migration does to tables with rows in them."""
    parts = []
    for lock, rows in cost.locks:
        seconds = rows / lock.rows_per_second if lock.rows_per_second else 0
        parts.append(f"{lock.table} {lock.what} ({rows:,} rows, {describe_seconds(seconds)}; {lock.wait})")
    return "; ".join(parts) or "nobody waits"


def describe_seconds(seconds: float) -> str:
    """Roughly how long."""
    if seconds < MOMENT:
        return "a moment"
    return f"about {seconds:.0f} s" if seconds < 100 else f"about {seconds / 60:.0f} minutes"


def describe_size(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f} MB"
