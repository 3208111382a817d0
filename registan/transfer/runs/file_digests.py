"""The name and a digest of each file of an export, by which an interrupted import knows it again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from registan.transfer.elsewhere.foreign_files import open_files

_CHUNK = 1024**2


def describe_files(paths: Iterable[Path]) -> list[list[str]]:
    """The name and a digest of each file, or of all that is read of a folder. Raises RefusedExport."""
    return [[path.resolve().name, digest_of_folder(path) if path.is_dir() else digest_of_file(path)] for path in paths]


def digest_of_file(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def digest_of_folder(path: Path) -> str:
    files, digest = open_files(path), blake2b(digest_size=16)
    for name in sorted(files.names()):
        digest.update(f"\n{name}\n".encode("utf-8", "surrogateescape"))
        with files.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
