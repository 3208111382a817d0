"""Makes the site of an archive again, in an empty database of either kind: all of it, or nothing."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

from django.apps import apps
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from blog.page_cache import release_digest
from blog.search.rebuild import rebuild_index
from registan.database import estimate_tables, migrations_on_disk
from registan.transfer.archive.archive_folder import MEDIA
from registan.transfer.archive.manifest import PAGES, DamagedArchive, hash_stream, key_fingerprint, read_sums
from registan.transfer.archive.public_pages import PageSum, compare_pages
from registan.transfer.archive.sealing import ENDING, Opener
from registan.transfer.archive.sequences import set_sequences
from registan.transfer.archive.snapshot import clock_stopped, reading_transaction
from registan.transfer.archive.table_files import load_table
from registan.transfer.archive.table_rules import RULES
from registan.transfer.archive.verify_archive import verify_archive

type Report = Callable[[str], object]

# What every new database has from its migrations.
FILLED_BY_MIGRATE = {
    *("contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions"),
    *("comments.Policy", "comments.Reason", "comments.PostScan", "blog.Clock", "transfer.ArchivePlan"),
    *("blog.WorkerBeat", "sessions.Session"),
}


class Refused(Exception):
    """The restore cannot begin; the sentence says why, and what to do."""


class Restored(NamedTuple):
    """What was restored: rows, uploaded files, whether the key is another one, and whether pages can be compared."""

    rows: int
    media: int
    has_other_key: bool
    is_comparable: bool


def restore_archive(archive: Opener, *, sends_email: bool, report: Report = lambda line: None) -> Restored:
    """Restore an archive. Raises Refused, DamagedArchive, or SealError for one that has another key.

    Uploaded files come first and change no page; all rows come in one transaction. Killed at any moment, it leaves an
    empty database, and can be begun again.
    """
    report("checking the archive")
    manifest = verify_archive(archive.folder)
    if manifest["part"] != "private":
        raise Refused(
            "This archive has the public part alone, to be read. A site is restored from one made with --private."
        )
    refuse_full_database()
    models = prepare_tables(set(manifest["migrations"]))
    media = restore_media(archive, report)
    rows = restore_rows(archive, manifest, models, sends_email=sends_email, report=report)
    if models != apps.get_model:  # from the version of the archive to this one
        call_command("migrate", verbosity=0)
        rebuild_index()
    estimate_tables(connection)
    has_other_key = manifest["key_fingerprint"] != key_fingerprint()
    return Restored(rows, media, has_other_key, manifest["release"] == release_digest())


def refuse_full_database() -> None:
    """Raise Refused unless the database is new: without tables, or with what migrations put into them alone."""
    existing = set(connection.introspection.table_names())
    for label in RULES.keys() - FILLED_BY_MIGRATE:
        model = apps.get_model(label)
        if model._meta.db_table in existing and model._base_manager.exists():
            words = f"This database is not empty: it has rows in {model._meta.db_table}."
            raise Refused(f"{words} Set DATABASE_URL to an empty one, and restore into that.")


def prepare_tables(archived: set[str]) -> Callable[[str], Any]:
    """Make the tables as they were when the archive was written; a function that finds the model of each.

    Raises Refused when a newer version wrote it.
    """
    here = {".".join(key) for key in migrations_on_disk()}
    if newer := sorted(archived - here):
        names = ", ".join(newer[:3])
        raise Refused(
            f"A newer version of Registan wrote this archive (it has {names}). Install that version, and restore."
        )
    if archived == here:
        call_command("migrate", verbosity=0)
        return apps.get_model
    executor = MigrationExecutor(connection)
    nodes = {tuple(name.split(".", 1)) for name in archived}
    parents = {parent.key for node in nodes for parent in executor.loader.graph.node_map[node].parents}
    targets: Any = sorted(nodes - parents)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps.get_model


def restore_media(archive: Opener, report: Report) -> int:
    """Store the uploaded files under the names that they had; how many. Those that are there already stay."""
    count = 0
    for file in read_sums(archive.folder):
        if not file.path.startswith(f"{MEDIA}/"):
            continue
        path = file.path.removesuffix(ENDING) if archive.is_encrypted else file.path
        name = path.removeprefix(f"{MEDIA}/")
        with archive.open(path) as source:
            store_file(name, source)
        count += 1
        if count % 100 == 0:
            report(f"{count:,} uploaded files")
    return count


def store_file(name: str, source: IO[bytes]) -> None:
    """Store a file under its name, unless it is there already with the same bytes. Raises Refused."""
    if default_storage.exists(name):
        with default_storage.open(name) as there:
            if hash_stream(there) == hash_stream(source):
                return
        source.seek(0)
        default_storage.delete(name)
    if default_storage.save(name, File(source)) != name:
        raise Refused(f"The storage did not take the file {name} under its own name.")


@transaction.atomic
def restore_rows(
    archive: Opener, manifest: dict[str, Any], models: Callable[[str], Any], *, sends_email: bool, report: Report
) -> int:
    """Insert every row, and index the texts, in one transaction; how many rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
    rows = 0
    for path, table in manifest["tables"].items():
        report(f"table {table['model']}")
        with archive.open(path) as lines:
            count = load_table(models(table["model"]), lines)
        if count != table["rows"]:
            raise DamagedArchive(f"{path} has {count} rows, and should have {table['rows']}.")
        rows += count
    set_sequences(manifest["sequences"])
    if models == apps.get_model:
        report("the search index")
        rebuild_index()
    models("transfer.Restoration").objects.create(
        archive=archive.folder.name, moment=manifest["moment"], holds_email=not sends_email
    )
    return rows


def read_archived_pages(archive: Opener) -> Iterator[PageSum]:
    with archive.open(PAGES) as lines:
        for line in lines:
            yield PageSum(**json.loads(line))


def compare_restored(archive: Opener, moment: str) -> tuple[int, list[str]]:
    """Render every page as of the moment of the archive; how many, and which differ, in sentences."""
    with clock_stopped(datetime.datetime.fromisoformat(moment)), reading_transaction():
        return compare_pages(read_archived_pages(archive))
