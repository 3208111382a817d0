"""manage.py import_wordpress: moves a blog in from exports of WordPress, or says what would become of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from registan.management.import_command import ImportCommand
from registan.transfer.elsewhere.open_export import WORDPRESS


class Command(ImportCommand):
    help = "Move a blog in from exports of WordPress. Run it again to continue, or to bring in what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".xml, .xml.gz or .zip; all parts")
        super().add_arguments(parser)

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        self.handle_export(WORDPRESS, files, **options)
