"""manage.py import_subscribers: keeps who followed an old site, to be asked once; sends nothing unless told to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from comments.models import Asking, SubscriptionWish
from comments.models.subscription_wish import MAX_MAILS_AN_HOUR, State
from registan.management.import_command import ImportCommand, parse_home
from registan.transfer.elsewhere.subscriber_lists import SubscriberListReader


class Command(ImportCommand):
    help = (
        "Import lists of subscribers (.csv of Jetpack, Ghost, Mailchimp, Subscribe to Comments Reloaded). "
        "Nobody is written to until --ask, or the button in the admin: then each address is asked once, by one email."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a list, packed with gzip or not")
        parser.add_argument("--home", type=parse_home, metavar="URL", help="where the site was")
        parser.add_argument("--dry-run", action="store_true", help="say who would be asked, and store nothing")
        parser.add_argument("--json", action="store_true", help="everything, for programs")
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--ask",
            nargs="?",
            type=_parse_pace,
            const=0,
            metavar="N",
            help="have the worker ask everybody who waits, N an hour",
        )
        choice.add_argument("--stop", action="store_true", help="have the worker ask nobody else")

    def handle(
        self, *args: Any, files: list[Path], home: str | None, ask: int | None, stop: bool, **options: Any
    ) -> None:
        if files:
            rest = {"media": None, "fetch_media": None, "authors": None, "time_zone": None, "learn": False}
            self.handle_export(SubscriberListReader.system, files, home or "", **rest, **options)
        if options["dry_run"]:
            return
        if stop:
            Asking.stop()
        elif ask is not None:
            Asking.start(ask or Asking.current().mails_an_hour)
        if not options["json"]:
            self._print_counts()

    def _print_counts(self) -> None:
        counts = SubscriptionWish.objects.count_addresses()
        self.stdout.write(", ".join(f"{state.label}: {counts[state]:,}" for state in State))
        asking = Asking.current()
        if asking.is_on:
            self.stdout.write(_("The worker is asking them, %(number)d an hour.") % {"number": asking.mails_an_hour})
        elif counts[State.WAITING]:
            self.stdout.write(_("Nobody is asked yet. Add --ask, or press Site → Subscribers to ask in the admin."))


def _parse_pace(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_MAILS_AN_HOUR:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {MAX_MAILS_AN_HOUR}; name the files before it")
    return int(text)
