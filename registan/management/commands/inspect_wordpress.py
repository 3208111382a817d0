"""manage.py inspect_wordpress: says what is in an export of WordPress. Nothing is stored."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registan.transfer.wordpress.author_map import read_author_map
from registan.transfer.wordpress.inventory.inventory import Inventory
from registan.transfer.wordpress.inventory.inventory_table import format_sections
from registan.transfer.wordpress.inventory.media_folder import MediaFolder
from registan.transfer.wordpress.reader.export_files import find_parts
from registan.transfer.wordpress.reader.refusals import RefusedExport


class Command(BaseCommand):
    help = "Say what is in an export of WordPress, and what stands in the way of moving it. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".xml, .xml.gz or .zip; all parts")
        parser.add_argument("--media", type=_parse_folder, metavar="DIR", help="a copy of wp-content/uploads")
        parser.add_argument("--authors", type=Path, metavar="MAP", help="a file with a line “login = byline” for each")
        parser.add_argument("--time-zone", type=_parse_zone, metavar="ZONE", help="where the blog was written")
        parser.add_argument("--json", action="store_true", help="everything, for programs")

    def handle(
        self,
        *args: Any,
        files: list[Path],
        media: MediaFolder | None,
        authors: Path | None,
        time_zone: ZoneInfo | None,
        **options: Any,
    ) -> None:
        try:
            author_map = read_author_map(authors) if authors else None
            inventory = Inventory(now=timezone.now(), zone=time_zone, media=media, author_map=author_map)
            for part in find_parts(files):
                self.stderr.write(f"Reading {part.name} …", self.style.NOTICE)
                inventory.read(part)
        except RefusedExport as error:
            raise CommandError(str(error)) from error
        sections = inventory.sections()
        as_json = json.dumps(sections, ensure_ascii=False, indent=2)
        self.stdout.write(as_json if options["json"] else format_sections(sections))


def _parse_folder(text: str) -> MediaFolder:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return MediaFolder(Path(text))


def _parse_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text} is no time zone such as Europe/Vienna") from error
