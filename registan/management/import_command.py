"""What the commands share that move a site in: the same options, the same run, the same table at the end."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.site_values import site
from registan.transfer.content.fetch_files import is_host, plain_host
from registan.transfer.content.import_authors import UnknownByline
from registan.transfer.models import Element, Run
from registan.transfer.models.import_run import RunTaken
from registan.transfer.runs.foreign_export import open_system
from registan.transfer.runs.import_engine import ImportEngine, WrongSums, begin_run
from registan.transfer.runs.inspection import ImportOptions, Inspection, inspect_export, sections_of
from registan.transfer.runs.ledger_table import format_lost_threads, format_refused_addresses, format_table
from registan.transfer.runs.old_files import OldFiles
from registan.transfer.runs.progress_lines import ProgressLines
from registan.transfer.wordpress.author_map import read_author_map
from registan.transfer.wordpress.inventory.inventory_table import format_sections
from registan.transfer.wordpress.reader.refusals import RefusedExport


class ImportCommand(BaseCommand):
    """Imports the files of the system that `handle_export` is given."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--media", type=_parse_folder, metavar="DIR", help="a copy of the folder of uploads")
        parser.add_argument(
            "--fetch-media",
            nargs="?",
            const="",
            type=_parse_host,
            metavar="HOST",
            help="fetch the files that DIR does not have from the old site, or from this host",
        )
        parser.add_argument("--authors", type=Path, metavar="MAP", help="a file with a line “login = byline” for each")
        parser.add_argument("--time-zone", type=_parse_zone, metavar="ZONE", help="where the site was written")
        parser.add_argument("--learn", action="store_true", help="let the spam filter learn from its comments")
        parser.add_argument("--dry-run", action="store_true", help="say what is in the files, and store nothing")
        parser.add_argument("--json", action="store_true", help="everything, for programs")

    def handle_export(self, system: str, files: list[Path], home: str = "", **options: Any) -> None:
        """Raises CommandError for whatever cannot be imported."""
        authors: Path | None = options["authors"]
        try:
            wanted = ImportOptions(
                read_author_map(authors) if authors else None,
                options["time_zone"],
                options["media"],
                learn=options["learn"],
                fetch_from=options["fetch_media"],
            )
            with timezone.override(site().zone):  # of the days in addresses
                self._read(open_system(system, files, home), wanted, **options)
        except (RefusedExport, UnknownByline, RunTaken, WrongSums) as error:
            raise CommandError(str(error)) from error

    def _read(self, export: OldFiles, wanted: ImportOptions, **options: Any) -> None:
        progress = ProgressLines(self.stderr.write)
        inspection = inspect_export(export, wanted, now=timezone.now(), report=progress.reading)
        if options["dry_run"]:
            self._print_inventory(inspection, as_json=options["json"])
            return
        run = begin_run(export, wanted, inspection)
        for _step in ImportEngine(run, export, wanted, inspection).steps():
            progress.storing(run)
        self._print_ledger(run, as_json=options["json"])

    def _print_inventory(self, inspection: Inspection, *, as_json: bool) -> None:
        sections = dict(sections_of(inspection))
        self.stdout.write(json.dumps(sections, ensure_ascii=False, indent=2) if as_json else format_sections(sections))

    def _print_ledger(self, run: Run, *, as_json: bool) -> None:
        elements = Element.objects.filter(source=run.source, run=run)
        rows = elements.table()
        if as_json:
            self.stdout.write(json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=2))
        else:
            self.stdout.write(format_table(rows))
            if lost := format_lost_threads(elements):
                self.stdout.write(lost)
            if refused := format_refused_addresses(run):
                self.stdout.write(refused)
        if run.state == Run.State.STOPPED:
            self.stderr.write(_("Stopped. Run the same command again to go on."))


def parse_home(text: str) -> str:
    """The address. Raises ArgumentTypeError for what is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text} is no address such as https://old.example.org")
    return text


def _parse_folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return Path(text)


def _parse_host(text: str) -> str:
    """A host for `--fetch-media`, which must not take the file after it for one."""
    if text and (Path(text).exists() or not is_host(plain_host(text))):
        raise argparse.ArgumentTypeError(f"{text} is no host such as old.example.org; name the files before it")
    return text


def _parse_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text} is no time zone such as Europe/Vienna") from error
