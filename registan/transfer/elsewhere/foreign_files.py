"""The files of an export that is a folder or a ZIP archive: listed, then read one by one, within limits.

Links are not followed, neither in folders nor in archives, and no name leads out of where the files are.
"""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.utils.translation import gettext as _

from registan.transfer.elsewhere.foreign_refusals import refusing_foreign_damage, too_large_export
from registan.transfer.wordpress.reader.export_files import ZIP_SIGNATURES, ExportPart
from registan.transfer.wordpress.reader.refusals import RefusedExport

# The largest site of files that is known has some 50,000 pages.
MAX_FILES = 200_000
# Of one text: no post that can be published is so long.
MAX_TEXT_BYTES = 8 * 1024**2
# Of all files, unpacked.
MAX_UNPACKED = 8 * 1024**3
# Prose packs to a fifth; bombs begin at a thousandth.
MAX_RATIO = 200
HARMLESS_BYTES = 64 * 1024**2
# What programs keep beside texts: no text is in it.
_SKIPPED_FOLDERS = {"__MACOSX", "node_modules", "vendor", "_site", "_cache", ".git"}


class ForeignFiles(Protocol):
    """`name` is what the owner knows the whole by; names of files have slashes and no dots above themselves."""

    name: str

    def names(self) -> list[str]:
        """All files, in the order of the alphabet."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """One of `names`, unpacked. Raises what a damaged archive does."""
        ...

    def part(self, name: str) -> ExportPart:
        """One of `names`, to be read in chunks."""
        ...


def open_files(path: Path) -> ForeignFiles:
    """The files in a folder or in an archive. Raises RefusedExport for what is neither, or too much."""
    if path.is_dir():
        return FolderFiles(path)
    with refusing_foreign_damage(path.name):
        return ArchiveFiles(path)


def read_file_text(files: ForeignFiles, name: str) -> str:
    """A text in UTF-8, or in Windows-1252 where it is not. Raises RefusedExport for one that no post can be."""
    with refusing_foreign_damage(f"{files.name}/{name}"), files.open(name) as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise too_large_export(f"{files.name}/{name}")
    return decode_text(data)


def decode_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\r\n", "\n")


class FolderFiles:
    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.resolve().name

    def names(self) -> list[str]:
        found: list[str] = []
        for folder, folders, files in os.walk(self.path, followlinks=False):
            folders[:] = [name for name in folders if name not in _SKIPPED_FOLDERS]
            at = Path(folder)
            found += [
                (at / name).relative_to(self.path).as_posix()
                for name in files
                if stat.S_ISREG((at / name).lstat().st_mode)
            ]
            if len(found) > MAX_FILES:
                raise too_large_export(self.name)
        return sorted(found)

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")

    def part(self, name: str) -> ExportPart:
        return ExportPart(f"{self.name}/{name}", self.path / name)


class ArchiveFiles:
    """Members that are links, or whose names lead elsewhere, are none of its files."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self._archive = zipfile.ZipFile(path)
        self._members = {info.filename: info for info in self._archive.infolist() if _is_plain(info)}
        if len(self._members) > MAX_FILES or sum(info.file_size for info in self._members.values()) > MAX_UNPACKED:
            raise too_large_export(self.name)

    def __del__(self) -> None:
        if archive := getattr(self, "_archive", None):
            archive.close()

    def names(self) -> list[str]:
        return sorted(self._members)

    def open(self, name: str) -> IO[bytes]:
        info = self._members[name]
        if info.file_size > max(HARMLESS_BYTES, info.compress_size * MAX_RATIO):
            raise too_large_export(f"{self.name}/{name}")
        return self._archive.open(info)

    def part(self, name: str) -> ExportPart:
        return ExportPart(f"{self.name}/{name}", self.path, name)


def _is_plain(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    is_outside = path.is_absolute() or ".." in path.parts
    return not (info.is_dir() or is_link or is_outside or _SKIPPED_FOLDERS & {*path.parts})


def find_documents(paths: list[Path], *endings: str) -> list[ExportPart]:
    """These files, and of archives and folders all whose names have the first of these endings that any has.

    Raises RefusedExport where there is none.
    """
    parts: list[ExportPart] = []
    for path in paths:
        if path.is_file() and not _is_archive(path):
            parts.append(ExportPart(path.name, path))
            continue
        files = open_files(path)
        there = files.names()
        by_ending = ([name for name in there if name.lower().endswith(ending)] for ending in endings)
        names = next(filter(None, by_ending), [])
        if not names:
            message = _("There is no export in %(name)s. Give a file whose name ends in %(endings)s.")
            raise RefusedExport(message % {"name": path.name, "endings": ", ".join(endings)})
        parts += [files.part(name) for name in names]
    return parts


def _is_archive(path: Path) -> bool:
    with refusing_foreign_damage(path.name), path.open("rb") as file:
        return file.read(4) in ZIP_SIGNATURES
