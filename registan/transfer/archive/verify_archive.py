"""Looks whether an archive is whole: every file is there, is what it was, and has the rows that it had."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from registan.transfer.archive.manifest import (
    BLOCK,
    MANIFEST,
    MANIFEST_SUM,
    PAGES,
    SUMS,
    DamagedArchive,
    FileSum,
    hash_file,
    read_manifest,
    read_sums,
)

# What lists the other files.
OWN_FILES = (MANIFEST, MANIFEST_SUM, SUMS)
# Faults that are named; an archive with more of them is no better known by the rest.
MAX_FAULTS = 20


def verify_archive(folder: Path) -> dict[str, Any]:
    """The manifest of a whole archive. Raises DamagedArchive, which names the files at fault."""
    manifest = read_manifest(folder)
    if not (folder / SUMS).is_file() or hash_file(folder / SUMS)[0] != manifest["sums"]:
        raise DamagedArchive(f"{SUMS} is not what it was when the archive was written.")
    faults = list(dict.fromkeys(find_faults(folder, manifest)))
    if faults:
        rest = len(faults) - MAX_FAULTS
        raise DamagedArchive("\n".join(faults[:MAX_FAULTS]) + (f"\nAnd {rest} more." if rest > 0 else ""))
    return manifest


def find_faults(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """What is wrong with which file, in sentences."""
    lines_wanted, count = count_wanted_lines(manifest), 0
    for file in read_sums(folder):
        count += 1
        yield from find_fault(folder, file, lines_wanted.pop(file.path, None))
    for path in lines_wanted:
        yield f"{path} is not listed in {SUMS}."
    if count != manifest["files"]:
        yield f"{SUMS} lists {count} files, and should list {manifest['files']}."
    if sum(len(files) for _folder, _folders, files in os.walk(folder)) != count + len(OWN_FILES):
        yield from find_unlisted(folder)


def find_unlisted(folder: Path) -> Iterator[str]:
    """The files that are not listed."""
    listed = {*OWN_FILES, *(file.path for file in read_sums(folder))}
    for found in folder.rglob("*"):
        if not found.is_dir() and (path := found.relative_to(folder).as_posix()) not in listed:
            yield f"{path} does not belong to the archive."


def find_fault(folder: Path, file: FileSum, wanted: int | None) -> Iterator[str]:
    """What is wrong with this file, of which so many lines are wanted, if that is known."""
    try:
        digest, lines = hash_lines(folder / file.path)
    except OSError as error:
        yield f"{file.path} is missing or cannot be read ({error.strerror})."
        return
    if digest != file.sha256:
        yield f"{file.path} is not what it was when the archive was written."
    elif wanted not in (None, lines):
        yield f"{file.path} has {lines} rows, and should have {wanted}."


def count_wanted_lines(manifest: dict[str, Any]) -> dict[str, int]:
    """How many lines each file of rows has; those of encrypted files are counted when they are restored."""
    if manifest["is_encrypted"]:
        return {}
    wanted = {path: table["rows"] for path, table in manifest["tables"].items()}
    return {**wanted, PAGES: manifest["pages"]} if manifest["pages"] else wanted


def hash_lines(path: Path) -> tuple[str, int]:
    """The SHA-256 of a file, and how many lines it has."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines
