"""manage.py remove_import: takes everything back out that was moved in from an old blog."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from registan.transfer.models import Element, Source
from registan.transfer.models.import_source import normalize_home, spellings_of
from registan.transfer.models.reasons import reason_words
from registan.transfer.runs.take_out import TakeOut


class Command(BaseCommand):
    help = "Remove what imports of an old blog have made. What was changed here since, or is needed here, stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="ADDRESS", help="of the old blog, such as https://old.example.org")
        parser.add_argument("--also-changed", action="store_true", help="also posts and pages that were changed here")

    def handle(self, *args: Any, source: str, also_changed: bool, **options: Any) -> None:
        found = list(Source.objects.filter(home__in=spellings_of(normalize_home(source))))
        if not found:
            known = ", ".join(Source.objects.values_list("home", flat=True)) or "–"
            raise CommandError(
                _("Nothing was moved in from %(name)s. From: %(known)s") % {"name": source, "known": known}
            )
        for blog in found:
            self._take_out(TakeOut(blog, also_changed=also_changed))

    def _take_out(self, removal: TakeOut) -> None:
        removal.execute()
        for kind in Element.Kind:
            if removal.removed[kind]:
                self.stdout.write(f"{Element.Kind(kind).label}: {removal.removed[kind]:,}")
        for row in removal.kept:
            self.stdout.write(_("Stays: %(name)s (%(why)s)") % {"name": row.name, "why": reason_words(row.reason)})
