"""What an archive says of itself: `manifest.json`, and the SHA-256 of every file as `sha256sum --check` reads it.

docs/permanence.md describes the format. A change of it that older readers would misread gets a new FORMAT.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac

from blog.page_cache import release_digest
from registan.database import migrations_on_disk

FORMAT = 1
MANIFEST, MANIFEST_SUM, SUMS = "manifest.json", "manifest.json.sha256", "SHA256SUMS"
PAGES = "pages.jsonl"
# Bytes that are read at once.
BLOCK = 1024 * 1024


class DamagedArchive(Exception):
    """It is not whole, or not an archive; the text names every file at fault, in sentences."""


class FileSum(NamedTuple):
    """A file of an archive by its path below it."""

    path: str
    sha256: str
    bytes: int


def hash_file(path: Path) -> tuple[str, int]:
    """The SHA-256 of a file, and its size in bytes."""
    with path.open("rb") as file:
        return hash_stream(file)


def hash_stream(file: Any) -> tuple[str, int]:
    """Likewise, of a file that is open, to its end."""
    digest, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def key_fingerprint() -> str:
    """Tells whether two sites sign with the same SECRET_KEY, and nothing about the key."""
    return salted_hmac("registan.archive", "fingerprint", algorithm="sha256").hexdigest()[:16]


def describe_origin() -> dict[str, Any]:
    """What a restore has to know of the site that was archived."""
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "release": release_digest(),
        "key_fingerprint": key_fingerprint(),
        "migrations": sorted(".".join(key) for key in migrations_on_disk()),
    }


def write_json(out: IO[bytes], manifest: dict[str, Any]) -> None:
    out.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the archive in `folder`. Raises DamagedArchive when there is none, or it was changed."""
    if not (folder / MANIFEST).is_file():
        raise DamagedArchive(f"{folder} is no archive: it has no {MANIFEST}.")
    try:
        wanted = (folder / MANIFEST_SUM).read_text().split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        raise DamagedArchive(f"{MANIFEST_SUM} is missing or cannot be read.") from None
    if hash_file(folder / MANIFEST)[0] != wanted:
        raise DamagedArchive(f"{MANIFEST} is not what it was when the archive was written (or {MANIFEST_SUM} is not).")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    if manifest["format"] != FORMAT:
        raise DamagedArchive(f"It has format {manifest['format']}; this version of Registan reads format {FORMAT}.")
    return manifest


def read_sums(folder: Path) -> Iterator[FileSum]:
    """Every file of the archive, in the order in which they were written; call `read_manifest` first."""
    with (folder / SUMS).open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            digest, _space, path = line.rstrip("\n").partition("  ")
            yield FileSum(path, digest, -1)
