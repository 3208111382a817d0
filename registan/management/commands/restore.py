"""manage.py restore: makes the site of an archive again in an empty database, on SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from comments.privacy import replay_erasures
from comments.privacy.erased_list import UnreadableList
from registan.database import describe_database
from registan.management.archive_output import choose_archive, opened_place, prepare_static_files, progress_to
from registan.transfer.archive.manifest import DamagedArchive, read_manifest
from registan.transfer.archive.restore_archive import Refused, Restored, compare_restored, restore_archive
from registan.transfer.archive.s3_place import StoreFailed, describe_place
from registan.transfer.archive.sealing import Opener, SealError

OTHER_KEY = (
    "This site has another SECRET_KEY than the archived one: everybody is signed out, and links in emails that were "
    "sent before do not work. Set the old key as SECRET_KEY, or in SECRET_KEY_FALLBACKS."
)
HELD = (
    "Its email waits, since the archived site may still run. When this is the only one: manage.py release_email "
    "(or, to drop what waits, manage.py release_email --discard)."
)
NOT_COMPARED = (
    "Pages were not compared: another version of Registan wrote the archive, or SITE_URL and the like differ here."
)


class Command(BaseCommand):
    help = "Restore an archive that was made with --private into the empty database that DATABASE_URL names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", metavar="DIR", help="an archive, or a folder of them: the latest is taken")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the age key of an encrypted archive")
        parser.add_argument(
            "--send-email", action="store_true", help="send what waits; the archived site no longer runs"
        )
        parser.add_argument(
            "--no-comparison", action="store_true", help="do not render and compare every page at the end"
        )

    def handle(self, *args: Any, place: str, **options: Any) -> None:
        prepare_static_files()
        try:
            with opened_place(place, "-private", looks=True) as (folder, _store):
                archive = choose_archive(folder, "private") or choose_archive(folder)
                if archive is None:
                    raise CommandError(f"There is no archive in {describe_place(place)}.")
                self.restore(Opener(archive, read_identities(options["identity"])), **options)
        except StoreFailed as error:
            raise CommandError(str(error)) from error

    def restore(self, archive: Opener, *, send_email: bool, no_comparison: bool, **_: Any) -> None:
        try:
            restored = restore_archive(archive, sends_email=send_email, report=progress_to(self))
        except (Refused, DamagedArchive, SealError, OSError, ValueError, Error) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        counts = f"{restored.rows:,} rows, {restored.media:,} uploaded files"
        self.stdout.write(f"Restored {archive.folder.name} into {describe_database()}: {counts}.")
        if restored.has_other_key:
            self.stdout.write(OTHER_KEY)
        if not send_email:
            self.stdout.write(HELD)
        try:
            self.compare(archive, restored, no_comparison)
        finally:  # whatever differs, nobody who was erased stays
            self.erase_again()

    def erase_again(self) -> None:
        """Erase those who were erased after the archive was written, if this machine has the list of them."""
        try:
            erased = replay_erasures()
        except (UnreadableList, OSError) as error:
            raise CommandError(f"Who was erased since cannot be erased again. {error}") from error
        if any(erased):
            self.stdout.write(
                f"Erased again, since they were after the archive: {erased.addresses:,} addresses, "
                f"{erased.comments:,} comments."
            )

    def compare(self, archive: Opener, restored: Restored, is_unwanted: bool) -> None:
        if is_unwanted or not restored.is_comparable:
            if not is_unwanted:
                self.stdout.write(NOT_COMPARED)
            return
        count, differences = compare_restored(archive, read_manifest(archive.folder)["moment"])
        if differences:
            raise CommandError("The site was restored, but its pages differ.\n" + "\n".join(differences))
        self.stdout.write(f"All {count:,} pages are the same as in the archive, byte for byte.")


def read_identities(file: Path | None) -> list[str]:
    """The lines of an age key file. Raises OSError."""
    return file.read_text().splitlines() if file else []
