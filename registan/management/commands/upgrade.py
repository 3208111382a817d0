"""manage.py upgrade: brings database and files to this version, says before what that means, or takes it back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from registan.database import refusal_reason
from registan.upgrade.database_copy import CopyFailed
from registan.upgrade.roll_back import describe_loss, find_undoable, roll_back
from registan.upgrade.run_upgrade import upgrade
from registan.upgrade.upgrade_plan import describe_plan, make_plan

QUESTION = "Take the upgrade back, and lose all of that? Type “yes”: "


class Command(BaseCommand):
    help = (
        "Bring the database and the files to this version: a backup first, then the tables, then chores. "
        "Says what it will do; safe to repeat. With --rollback, take the last upgrade back."
    )
    requires_system_checks: list[str] = []  # they may ask tables that are not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and do nothing; -v 2: each step"
        )
        parser.add_argument("--no-backup", action="store_true", help="you have made one yourself")
        parser.add_argument("--rollback", action="store_true", help="put the backup and the packages of before back")
        parser.add_argument("--yes", action="store_true", help="do not ask before a rollback")

    def handle(self, *args: Any, dry_run: bool, no_backup: bool, rollback: bool, yes: bool, **options: Any) -> None:
        if rollback:
            self.take_back(dry_run=dry_run, asks=not yes)
        elif dry_run:
            self.describe(makes_backup=not no_backup, in_full=options["verbosity"] > 1)
        else:
            upgrade(self.say, makes_backup=not no_backup)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def describe(self, *, makes_backup: bool, in_full: bool) -> None:
        if reason := refusal_reason(connection):
            raise CommandError(reason)
        try:
            for line in describe_plan(make_plan(), makes_backup=makes_backup, in_full=in_full):
                self.say(line)
        except CopyFailed as reason:
            raise CommandError(str(reason)) from None

    def take_back(self, *, dry_run: bool, asks: bool) -> None:
        record = find_undoable()
        for line in describe_loss(record):
            self.say(line)
        if dry_run:
            return
        if asks and input(QUESTION).strip().lower() != "yes":
            raise CommandError("Nothing was changed.")
        roll_back(record, self.say)
