"""Files of exports: each appears whole or not at all, and nobody else on the machine may read it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from registan.transfer.exports.rows.progress import Advance

# What is packed already, and would only take time.
PACKED_ENDINGS = {".jpg", ".png", ".webp", ".mp3", ".m4a", ".ogg", ".flac", ".mp4", ".webm", ".pdf"}


@contextmanager
def open_private(path: Path) -> Iterator[BinaryIO]:
    """A new file to write to, which has its name once it is complete. Raises FileExistsError, and other OSErrors."""
    if path.exists():
        raise FileExistsError(path)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with open(unfinished, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
            yield stream
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_zip(stream: BinaryIO, write: Callable[[Path], object], advance: Advance) -> None:
    """Let `write` fill a folder, and pack it: one file after the other, in pieces. `advance` hears of each."""
    with TemporaryDirectory(dir=Path(stream.name).parent) as folder:
        root = Path(folder)
        write(root)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in walk_files(root):
                packing = zipfile.ZIP_STORED if path.suffix.lower() in PACKED_ENDINGS else zipfile.ZIP_DEFLATED
                archive.write(path, path.relative_to(root).as_posix(), compress_type=packing)
                path.unlink()
                advance(0)


def walk_files(folder: Path) -> Iterator[Path]:
    """All files in a folder and those in it, by name."""
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            yield from walk_files(entry)
        else:
            yield entry
