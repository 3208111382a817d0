"""manage.py housekeeping: lists deletions that wait for a person, and lets them go on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from blog.models import HeldDeletion
from blog.models.held_deletion import CLOCK
from blog.text.datetimes import format_datetime
from blog.text.site_values import site_language
from registan.database import refuse_unmigrated_database
from registan.housekeeping import BY_KIND, count_due


class Command(BaseCommand):
    help = "List what the worker does not delete for good until a person has looked at it, or let it go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--allow", metavar="KIND", help="let this kind be deleted; `clock`: the clock is right")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unmigrated_database()
        if kind := options["allow"]:
            if not HeldDeletion.objects.allow(kind):
                raise CommandError(f"Nothing of the kind {kind!r} is waiting.")
            self.stdout.write("It goes on in the worker's next round.")
            return
        with site_language():
            self.list_waiting()

    def list_waiting(self) -> None:
        waiting = HeldDeletion.objects.waiting()
        if not waiting:
            self.stdout.write("No deletion is waiting.")
        for row in waiting:
            due = "" if row.kind == CLOCK else f", {count_due(BY_KIND[row.kind])} due"
            self.stdout.write(f"{row.kind} (since {format_datetime(row.held_at)}{due}): {row.words}")
            self.stdout.write(f"    manage.py housekeeping --allow {row.kind}")
