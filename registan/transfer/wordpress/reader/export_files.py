"""Opens what WordPress lets its owner download: XML, XML packed with gzip, and ZIP archives of XML, within limits."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registan.transfer.wordpress.reader.refusals import RefusedExport, refusing_damage

_UNUSUAL = gettext_lazy("%(name)s is encrypted, or packed in an unusual way. Unpack it, and give the .xml files in it.")
CHUNK_BYTES = 64 * 1024
# The largest export known has some 3 GB. What unpacks to more is a bomb, or should come in parts.
MAX_UNPACKED = 8 * 1024**3
# Prose packs to a fifth, a table of repeated fields to a fiftieth; bombs begin at a thousandth.
MAX_RATIO = 200
# Below this size nothing is a bomb, whatever its ratio.
HARMLESS_BYTES = 64 * 1024**2
# WordPress.com puts one file per 5,000 items into its archive.
MAX_ZIP_MEMBERS = 1_000

GZIP_SIGNATURE, ZIP_SIGNATURES = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
ARCHIVE_ENDINGS = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar")


class _Readable(Protocol):
    """All that is asked of a file, packed or not."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One XML document: a file, or a member of a ZIP archive. `name` is what the owner knows it by."""

    name: str
    path: Path
    member: str = ""

    def read_chunks(self) -> Iterator[bytes]:
        """The document, unpacked, in chunks. Raises RefusedExport when it is damaged or unpacks to too much."""
        with refusing_damage(self.name, _UNUSUAL, ValueError), self._open() as (file, packed_size):
            unpacked = 0
            while chunk := file.read(CHUNK_BYTES):
                unpacked += len(chunk)
                _check_size(self.name, packed_size, unpacked)
                yield chunk

    @contextmanager
    def _open(self) -> Iterator[tuple[_Readable, int]]:
        """The unpacked file and its packed size."""
        if self.member:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                yield file, archive.getinfo(self.member).compress_size
            return
        with self.path.open("rb") as raw:
            is_packed = raw.read(2) == GZIP_SIGNATURE
            raw.seek(0)
            yield gzip.GzipFile(fileobj=raw) if is_packed else raw, self.path.stat().st_size


def find_parts(paths: Iterable[Path]) -> list[ExportPart]:
    """The documents in these files, archives by their members in order. Raises RefusedExport."""
    return [part for path in paths for part in _parts_of(path)]


def find_plain_parts(paths: Iterable[Path]) -> list[ExportPart]:
    """These files, each as one document, packed with gzip or not. Raises RefusedExport for one that is missing."""
    for path in paths:
        _check_existence(path)
    return [ExportPart(path.name, path) for path in paths]


def _check_existence(path: Path) -> None:
    if not path.is_file():
        raise RefusedExport(_("There is no file %(name)s. Check its name.") % {"name": path})


def _parts_of(path: Path) -> list[ExportPart]:
    _check_existence(path)
    with refusing_damage(path.name, _UNUSUAL, ValueError):
        with path.open("rb") as file:
            signature = file.read(4)
        if signature not in ZIP_SIGNATURES:
            return [ExportPart(path.name, path)]
        with zipfile.ZipFile(path) as archive:
            return _members_of(path, archive)


def _members_of(path: Path, archive: zipfile.ZipFile) -> list[ExportPart]:
    # macOS adds a folder of attributes, whose files end in .xml as well.
    members = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    if any(info.filename.lower().endswith(ARCHIVE_ENDINGS) for info in members):
        message = _("%(name)s holds other archives. Unpack it, and give the .xml files in it.")
        raise RefusedExport(message % {"name": path.name})
    documents = [info for info in members if info.filename.lower().endswith(".xml")]
    if not documents:
        message = _("%(name)s holds no .xml file. Give the file that Tools → Export in WordPress downloads.")
        raise RefusedExport(message % {"name": path.name})
    if len(members) > MAX_ZIP_MEMBERS or sum(info.file_size for info in documents) > MAX_UNPACKED:
        raise _too_large(path.name)
    for info in documents:
        _check_size(path.name, info.compress_size, info.file_size)
    documents.sort(key=lambda info: _natural_key(info.filename))
    return [ExportPart(f"{path.name}/{info.filename}", path, info.filename) for info in documents]


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Sorts `part-2` before `part-10`."""
    return [(int(digits or 0), text) for text, digits in re.findall(r"([^0-9]*)([0-9]{0,18})", name)]


def _check_size(name: str, packed: int, unpacked: int) -> None:
    if unpacked > MAX_UNPACKED or unpacked > max(HARMLESS_BYTES, packed * MAX_RATIO):
        raise _too_large(name)


def _too_large(name: str) -> RefusedExport:
    message = _("%(name)s unpacks to more than an export has. Export by years, or give the .xml files themselves.")
    return RefusedExport(message % {"name": name})
