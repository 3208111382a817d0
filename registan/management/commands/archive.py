"""manage.py archive: writes the site into a dated folder, or looks whether an archive is whole and can be restored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from registan.database import refuse_unmigrated_database
from registan.management.archive_output import choose_archive, opened_place, prepare_static_files, progress_to
from registan.transfer.archive.archive_folder import Busy
from registan.transfer.archive.drill import DrillFailed, drill
from registan.transfer.archive.manifest import DamagedArchive, read_manifest
from registan.transfer.archive.prune_archives import choose_to_delete, prune
from registan.transfer.archive.run_log import logged_run
from registan.transfer.archive.s3_place import S3Place, StoreFailed
from registan.transfer.archive.sealing import Seal, SealError
from registan.transfer.archive.verify_archive import verify_archive
from registan.transfer.archive.write_archive import write_archive
from registan.transfer.models import ArchiveRun

FAILURES = (Busy, DamagedArchive, DrillFailed, SealError, StoreFailed, OSError, ValueError)


class Command(BaseCommand):
    help = (
        "Write the public part of the site, or with --private everything, into a dated folder in DIR. "
        "With --verify or --drill, look at the latest archive in DIR instead, which is written if there is none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", metavar="DIR", help="a folder for archives, or s3://…; or an archive to look at")
        parser.add_argument("--private", action="store_true", help="everything: drafts, readers, accounts, the record")
        parser.add_argument("--recipient", action="append", metavar="AGE1", help="encrypt for whoever has this age key")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the age key, for a drill")
        parser.add_argument(
            "--verify", action="store_true", help="compare every file with its hash, and count the rows"
        )
        parser.add_argument(
            "--drill", action="store_true", help="restore the archive beside the site, compare all pages"
        )
        parser.add_argument(
            "--prune", action="store_true", help="then keep those of 7 days, 5 weeks and 12 months alone"
        )
        parser.add_argument("--run", type=int, default=0, help="the number that the worker has given this run")

    def handle(self, *args: Any, place: str, **options: Any) -> None:
        refuse_unmigrated_database()
        prepare_static_files()
        private = options["private"] or options["drill"]
        looks = options["verify"] or options["drill"]
        part = "-private" if private else "" if looks else "-public"
        kind = ArchiveRun.Kind.DRILL if options["drill"] else ArchiveRun.Kind.ARCHIVE
        run = ArchiveRun.objects.filter(pk=options["run"], kind=kind).first() or ArchiveRun(kind=kind)
        try:
            with opened_place(place, part, looks=looks) as (folder, store):
                archive = choose_archive(folder, part) if looks else None
                archive = archive or self.write(folder, store, run, private=private, recipients=options["recipient"])
                if options["verify"]:
                    self.verify(archive)
                if options["drill"]:
                    self.drill(archive, run, options["identity"])
                if options["prune"]:
                    self.prune(folder, store)
        except FAILURES as error:
            raise CommandError(str(error)) from error

    def write(
        self, folder: Path, store: S3Place | None, run: ArchiveRun, *, private: bool, recipients: list[str] | None
    ) -> Path:
        """A new archive, sent to the store if there is one."""
        stored = run if run.kind == ArchiveRun.Kind.ARCHIVE else ArchiveRun(kind=ArchiveRun.Kind.ARCHIVE)
        with logged_run(stored):
            seal = Seal(recipients or [], settings.ARCHIVE_PASSPHRASE if private else "")
            archive = write_archive(folder, private=private, seal=seal, report=progress_to(self))
            if store:
                store.send(archive)
            manifest = read_manifest(archive)
            stored.end(ArchiveRun.Result.GOOD, archive=archive.name if store else str(archive), size=manifest["bytes"])
        rows = sum(table["rows"] for table in manifest["tables"].values())
        sizes = f"{manifest['files']:,} files, {manifest['bytes']:,} bytes, {rows:,} rows, {manifest['pages']:,} pages"
        self.stdout.write(f"Wrote {stored.archive}: {sizes}, in {stored.duration}.")
        return archive

    def verify(self, archive: Path) -> None:
        manifest = verify_archive(archive)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{archive.name} is whole: {manifest['files']:,} files with their hashes, {rows:,} rows.")

    def drill(self, archive: Path, run: ArchiveRun, identity: Path | None) -> None:
        run.archive = str(archive)
        with logged_run(run):
            said = drill(archive, identity=identity, report=progress_to(self))
            run.end(ArchiveRun.Result.GOOD, detail=said)
        self.stdout.write(f"The drill has restored {archive.name}, in {run.duration}. {said}")

    def prune(self, folder: Path, store: S3Place | None) -> None:
        gone = choose_to_delete(store.names()) if store else prune(folder)
        for name in gone:
            if store:
                store.delete(name)
            self.stdout.write(f"Deleted {name}.")
