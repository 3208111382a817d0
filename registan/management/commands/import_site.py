"""manage.py import_site: moves a site in from an export of any system that we read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from registan.management.import_command import ImportCommand, parse_home
from registan.transfer.elsewhere.open_export import SYSTEMS, WORDPRESS


class Command(ImportCommand):
    help = "Move a site in from an export of another system. Run it again to continue, or to bring in what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        systems = sorted([*SYSTEMS, WORDPRESS])
        parser.add_argument("system", choices=systems, metavar="SYSTEM", help=", ".join(systems))
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the export, or the folder of the site")
        parser.add_argument("--home", type=parse_home, metavar="URL", help="where the site was")
        super().add_arguments(parser)

    def handle(self, *args: Any, system: str, files: list[Path], home: str | None, **options: Any) -> None:
        self.handle_export(system, files, home or "", **options)
