"""The folder in which an archive is written: under a name of its own until it is whole, and on the disk before that."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from registan.transfer.archive.manifest import (
    BLOCK,
    MANIFEST,
    MANIFEST_SUM,
    SUMS,
    FileSum,
    hash_file,
    write_json,
)
from registan.transfer.archive.scratch import scratch_folder
from registan.transfer.archive.sealing import ENDING, KEY_FILE, Seal

# 2026-11-29T12-00-00Z-private
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-(?:public|private)")
PARTIAL = ".partial-"
# The folder of uploaded files, as in the exports below it.
MEDIA = "media"
LOCK = ".lock"


class Busy(Exception):
    """Another process is writing an archive into this folder."""


def find_archives(place: Path) -> list[Path]:
    """The archives in a folder, the oldest first: what has a dated name and a manifest."""
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if NAME.fullmatch(path.name) and (path / MANIFEST).is_file())


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Keep others from writing here, and clear away what a killed one has left. Raises Busy."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(f"Another archive is being written into {place}. Wait for it to end.") from None
        for left in place.glob(f"{PARTIAL}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


class HashedFile:
    """A file being written, its SHA-256 taken on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self.file.write(data)


class PartialArchive:
    """An archive that is being written beside the others of `place`, which `finish` gives its name.

    `before` is an earlier one: its files that have not changed become files of this one, by hard links.
    """

    def __init__(self, place: Path, name: str, before: Path | None = None, seal: Seal | None = None) -> None:
        self.place, self.name, self.before, self.seal = place, name, before, seal
        self.folder = place / f"{PARTIAL}{name}"
        # Where files are written first: what is to be encrypted never touches the disk of the archives.
        self.plain = self.folder
        self.resources = ExitStack()
        self.sums: IO[str] | None = None
        self.count = self.bytes = self.linked = 0

    def __enter__(self) -> PartialArchive:
        self.folder.mkdir()
        if self.seal:
            self.plain = self.resources.enter_context(scratch_folder())
        self.sums = (self.folder / SUMS).open("w", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self.sums:
            self.sums.close()
        if kind:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.resources.close()

    @contextmanager
    def open(self, path: str) -> Iterator[HashedFile]:
        """Write the file at `path` below the archive."""
        target = self.plain / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            hashed = HashedFile(file)
            yield hashed
            flush_to_disk(file)
        self._add(FileSum(path, hashed.digest.hexdigest(), hashed.size))

    def adopt(self, path: str) -> None:
        """Take in a file that something else has written below `plain`, or linked there from the site's own files."""
        target = self.plain / path
        if target.stat().st_nlink > 1:  # what happens to the site's file must not happen to the archive's
            copy = target.with_name(f"{target.name}.copy")
            self._copy_once(target, copy, path)
            copy.replace(target)
        self._add(FileSum(path, *hash_file(self.plain / path)))

    def _copy_once(self, source: Path, copy: Path, path: str) -> None:
        """Copy an uploaded file, unless it is among those of the archive already: then that gets a second name."""
        own = self.plain / MEDIA / path.partition(f"/{MEDIA}/")[2]
        try:
            if own.is_file() and hash_file(own) == hash_file(source):
                os.link(own, copy)
                return
        except OSError:
            copy.unlink(missing_ok=True)
        shutil.copyfile(source, copy)

    def adopt_folder(self, path: str) -> None:
        """Take in all files below a folder, one directory of them in memory at a time."""
        with os.scandir(self.plain / path) as entries:
            found = sorted((entry.name, entry.is_dir()) for entry in entries)
        for name, is_folder in found:
            (self.adopt_folder if is_folder else self.adopt)(f"{path}/{name}")

    def _add(self, file: FileSum) -> None:
        """List a file; one that the earlier archive has, too, is stored once."""
        if self.seal:
            file = self._encrypt(file, self.seal)
        elif self.before:
            self._link(self.before / file.path, self.folder / file.path, file)
        self._list(file)

    def _list(self, file: FileSum) -> None:
        cast(Any, self.sums).write(f"{file.sha256}  {file.path}\n")
        self.count, self.bytes = self.count + 1, self.bytes + file.bytes

    def _encrypt(self, file: FileSum, seal: Seal) -> FileSum:
        """Put the file into the archive encrypted; its size is the one that it had."""
        path = f"{file.path}{ENDING}"
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        seal.encrypt(self.plain / file.path, target)
        (self.plain / file.path).unlink()
        return FileSum(path, hash_file(target)[0], file.bytes)

    def _link(self, earlier: Path, target: Path, file: FileSum) -> None:
        """Put the earlier file in the place of this one, if its bytes are the same, and this file system has links."""
        twin = target.with_name(f"{target.name}.link")
        try:
            if earlier.stat().st_size == file.bytes and hash_file(earlier)[0] == file.sha256:
                os.link(earlier, twin)
                twin.replace(target)
                self.linked += 1
        except OSError:
            pass
        twin.unlink(missing_ok=True)  # it also stays where both were one file already

    def finish(self, manifest: dict[str, Any]) -> Path:
        """Write the manifest and give the archive its name, once every byte is on the disk; the folder."""
        sums = cast(IO[str], self.sums)
        if self.seal and self.seal.key:
            (self.folder / KEY_FILE).write_bytes(self.seal.key)
            self._list(FileSum(KEY_FILE, *hash_file(self.folder / KEY_FILE)))
        flush_to_disk(sums)
        os.sync()  # what others wrote: to flush 100,000 small files one by one would take minutes
        digest, _size = hash_file(self.folder / SUMS)
        whole = {**manifest, "files": self.count, "bytes": self.bytes, "sums": digest}
        with (self.folder / MANIFEST).open("wb") as file:
            write_json(file, whole)
            flush_to_disk(file)
        with (self.folder / MANIFEST_SUM).open("w") as out:
            out.write(f"{hash_file(self.folder / MANIFEST)[0]}  {MANIFEST}\n")
            flush_to_disk(out)
        for folder in [*(path for path in self.folder.rglob("*") if path.is_dir()), self.folder]:
            sync_folder(folder)
        final = self.place / self.name
        self.folder.rename(final)
        sync_folder(self.place)
        return final


def copy_blocks(source: IO[bytes], out: HashedFile) -> None:
    while block := source.read(BLOCK):
        out.write(block)


def flush_to_disk(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
