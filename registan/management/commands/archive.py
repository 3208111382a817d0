"""manage.py archive: writes the site into a dated folder, or looks whether an archive is whole and can be restored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from registan.database import refuse_unmigrated_database
from registan.management.archive_output import choose_archive, prepare_static_files, progress_to
from registan.transfer.archive.archive_folder import Busy
from registan.transfer.archive.drill import DrillFailed, drill
from registan.transfer.archive.manifest import DamagedArchive, read_manifest
from registan.transfer.archive.prune_archives import prune
from registan.transfer.archive.run_log import logged_run
from registan.transfer.archive.sealing import Seal, SealError
from registan.transfer.archive.verify_archive import verify_archive
from registan.transfer.archive.write_archive import write_archive
from registan.transfer.models import ArchiveRun


class Command(BaseCommand):
    help = (
        "Write the public part of the site, or with --private everything, into a dated folder in DIR. "
        "With --verify or --drill, look at the latest archive in DIR instead, which is written if there is none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", type=Path, metavar="DIR", help="a folder for archives, or an archive to look at")
        parser.add_argument("--private", action="store_true", help="everything: drafts, readers, accounts, the record")
        parser.add_argument("--recipient", action="append", metavar="AGE1", help="encrypt for whoever has this age key")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the age key, for a drill")
        parser.add_argument(
            "--verify", action="store_true", help="compare every file with its hash, and count the rows"
        )
        parser.add_argument(
            "--drill", action="store_true", help="restore the archive beside the site, and compare every page"
        )
        parser.add_argument(
            "--prune", action="store_true", help="then keep those of 7 days, 5 weeks and 12 months, and delete others"
        )
        parser.add_argument("--run", type=int, default=0, help="the number that the worker has given this run")

    def handle(self, *args: Any, place: Path, **options: Any) -> None:
        refuse_unmigrated_database()
        prepare_static_files()
        try:
            folder = self.find_or_write(place, **options)
            if options["verify"] and not options["drill"]:
                self.verify(folder)
            if options["drill"]:
                self.drill(folder, options["run"], options["identity"])
        except (Busy, DamagedArchive, DrillFailed, SealError, OSError) as error:
            raise CommandError(str(error)) from None
        if options["prune"]:
            for name in prune(place):
                self.stdout.write(f"Deleted {name}.")

    def find_or_write(
        self, place: Path, *, private: bool, verify: bool, drill: bool, run: int, recipient: list[str] | None, **_: Any
    ) -> Path:
        """The archive to look at; a new one unless there is one to look at."""
        wants_private = private or drill
        if (verify or drill) and (found := choose_archive(place, "private" if wants_private else "")):
            return found
        kind = ArchiveRun.Kind.ARCHIVE
        stored = ArchiveRun.objects.filter(pk=run, kind=kind).first() or ArchiveRun(kind=kind)
        with logged_run(stored):
            seal = Seal(recipient or [], settings.ARCHIVE_PASSPHRASE if wants_private else "")
            folder = write_archive(place, private=wants_private, seal=seal, report=progress_to(self))
            manifest = read_manifest(folder)
            stored.end(ArchiveRun.Result.GOOD, archive=str(folder), size=manifest["bytes"])
        self.stdout.write(
            f"Wrote {folder}: {manifest['files']:,} files, {manifest['bytes']:,} bytes, "
            f"{sum(table['rows'] for table in manifest['tables'].values()):,} rows, in {stored.duration}."
        )
        return folder

    def verify(self, folder: Path) -> None:
        manifest = verify_archive(folder)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{folder} is whole: {manifest['files']:,} files with their hashes, {rows:,} rows.")

    def drill(self, folder: Path, number: int, identity: Path | None) -> None:
        kind = ArchiveRun.Kind.DRILL
        run = ArchiveRun.objects.filter(pk=number, kind=kind).first() or ArchiveRun(kind=kind)
        run.archive = str(folder)
        with logged_run(run):
            said = drill(folder, identity=identity, report=progress_to(self))
            run.end(ArchiveRun.Result.GOOD, detail=said)
        self.stdout.write(f"The drill has restored {folder}, in {run.duration}. {said}")
