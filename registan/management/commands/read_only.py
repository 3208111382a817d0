"""manage.py read_only: switches read-only mode on or off, as the admin does, for whoever cannot sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from blog.models import Site


class Command(BaseCommand):
    help = "Switch read-only mode on or off: the site can be read, and nothing can be written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("turn", choices=["on", "off", "status"])

    def handle(self, *args: Any, turn: str, **options: Any) -> None:
        row = Site.get()
        if turn != "status":
            row.read_only = turn == "on"
            row.save()
        by_owner, by_machine = ("on" if is_on else "off" for is_on in (row.read_only, settings.READ_ONLY))
        self.stdout.write(f"Read-only mode: {by_owner} in Site settings, {by_machine} by READ_ONLY.")
