"""manage.py import_site: moves a site in from an export of any system that we read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import CommandParser

from registan.management.import_command import ImportCommand
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


def parse_home(text: str) -> str:
    """The address. Raises ArgumentTypeError for what is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text} is no address such as https://old.example.org")
    return text
