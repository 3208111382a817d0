"""Uploaded files: all of them, or those alone that public pages show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Field, FileField

from blog.text.site_values import site
from registan.transfer.archive.archive_folder import MEDIA, PartialArchive, copy_blocks

# The address of an uploaded file in the HTML of a text.
ADDRESS = re.compile(rf"{re.escape(settings.MEDIA_URL)}([\w./-]+)")


def find_names(fields: Iterable[Field[Any, Any]], row: dict[str, Any]) -> set[str]:
    """The names of uploaded files that a row shows: in its HTML, or as a file of its own."""
    names: set[str] = set()
    for field in fields:
        value = row[str(field.column)]
        if isinstance(field, FileField) and value:
            names.add(value)
        elif isinstance(value, str) and settings.MEDIA_URL in value:
            names.update(name.rstrip(".") for name in ADDRESS.findall(value))
    return names


def names_of_site() -> set[str]:
    """What every page shows."""
    return {name for name in (site().logo, site().icon) if name}


def list_all(folder: str = "") -> Iterator[str]:
    """The name of every stored file."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for name in sorted(files):
        yield f"{folder}/{name}".lstrip("/")
    for below in sorted(folders):
        yield from list_all(f"{folder}/{below}".lstrip("/"))


def write_media(archive: PartialArchive, names: Iterable[str]) -> int:
    """Copy these files; how many. One that has gone meanwhile, or that a text only mentions, is left out."""
    count = 0
    for name in names:
        if ".." in name.split("/"):
            continue
        try:
            source = default_storage.open(name)
        except (FileNotFoundError, IsADirectoryError):
            continue
        with source, archive.open(f"{MEDIA}/{name}") as out:
            copy_blocks(source, out)
        count += 1
    return count
