"""Writes an archive: tables, uploaded files, pages and the forms that others can read, of one moment."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from registan.site_version import read_version
from registan.transfer.archive.archive_folder import Busy, PartialArchive, find_archives, locked
from registan.transfer.archive.manifest import PAGES, describe_origin
from registan.transfer.archive.media_files import find_names, list_all, names_of_site, write_media
from registan.transfer.archive.parts import write_parts
from registan.transfer.archive.public_pages import render_pages
from registan.transfer.archive.sealing import Seal
from registan.transfer.archive.sequences import read_sequences
from registan.transfer.archive.snapshot import clock_stopped, read_snapshot
from registan.transfer.archive.table_files import list_tables, write_table

type Report = Callable[[str], object]


def write_archive(place: Path, *, private: bool, seal: Seal | None = None, report: Report = lambda line: None) -> Path:
    """Write an archive into a folder of its own in `place`, which is made if need be; that folder.

    Nothing is left of one that fails. Raises Busy while another is written there, OSError when the disk does not take
    it.
    """
    part = "private" if private else "public"
    with locked(place), read_snapshot() as moment, clock_stopped(moment):
        name = f"{moment.astimezone(datetime.UTC):%Y-%m-%dT%H-%M-%SZ}-{part}"
        if (place / name).exists():
            raise Busy(f"{place / name} was written within this second. Try again.")
        before = [path for path in find_archives(place) if path.name.endswith(part)]
        with PartialArchive(place, name, before[-1] if before else None, seal or None) as archive:
            manifest = {
                **describe_origin(),
                "software": f"Registan {read_version()}",
                "part": part,
                "is_encrypted": bool(seal),
            }
            manifest |= {"moment": moment.isoformat(), "sequences": read_sequences() if private else {}}
            manifest |= write_contents(archive, private=private, report=report)
            return archive.finish(manifest)


def write_contents(archive: PartialArchive, *, private: bool, report: Report) -> dict[str, Any]:
    """Everything but the manifest; what the manifest says of it."""
    names = names_of_site()
    tables = {}
    for table in list_tables(private=private):
        report(f"table {table.label}")
        rows = 0
        with archive.open(table.path) as out:
            for row in write_table(table, out, private=private):
                rows += 1
                if not private:
                    names |= find_names(table.fields, row)
        tables[table.path] = {
            "model": table.label,
            "rows": rows,
            "columns": [field.column for field in table.fields],
        }
    report("uploaded files")
    media = write_media(archive, list_all() if private else sorted(names))
    pages = write_pages(archive, report) if private else 0
    return {
        "tables": tables,
        "media": media,
        "pages": pages,
        "parts": write_parts(archive, private=private, report=report),
    }


def write_pages(archive: PartialArchive, report: Report) -> int:
    """The SHA-256 of every public page; how many."""
    count = 0
    with archive.open(PAGES) as out:
        for page in render_pages():
            out.write(page.as_line())
            count += 1
            if count % 1000 == 0:
                report(f"{count:,} pages")
    return count
