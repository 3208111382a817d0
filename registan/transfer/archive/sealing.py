"""Encryption of archives by age (age-encryption.org): for a passphrase, or for people who have an age key.

Each file is encrypted in a stream, and gets the ending `.age`. For a passphrase, the archive has a key of its own: the
file `key.age` is that key, encrypted with the passphrase (scrypt), so that it has to be stretched once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings

from registan.transfer.archive.manifest import read_manifest

ENDING = ".age"
KEY_FILE = "key.age"
# The library refuses a passphrase that was stretched for longer than it believes this machine would take, by a guess
# that a busy machine upsets.
TOO_MUCH_WORK, MAX_TRIES = "excessive work", 5
NOT_INSTALLED = "Encryption needs the package pyrage: make environment EXTRAS=age."


class SealError(Exception):
    """It cannot be encrypted or decrypted; the sentence says why."""


def load_age() -> Any:
    """The library, which is an extra. Raises SealError without it."""
    try:
        return import_module("pyrage")
    except ImportError:
        raise SealError(NOT_INSTALLED) from None


class Seal:
    """For whom an archive is encrypted: age recipients (`age1…`), the passphrase, or both; nobody, and it is not."""

    def __init__(self, recipients: Sequence[str] = (), passphrase: str = "") -> None:
        """Raises SealError for what is no recipient."""
        self.recipients: list[Any] = []
        self.key = b""
        if not recipients and not passphrase:
            return
        age = load_age()
        try:
            self.recipients = [age.x25519.Recipient.from_str(text) for text in recipients]
        except age.RecipientError as error:
            raise SealError(f"This is no age recipient: {error}. They begin with age1.") from None
        if passphrase:
            identity = age.x25519.Identity.generate()
            self.recipients.append(identity.to_public())
            self.key = age.passphrase.encrypt(str(identity).encode(), passphrase, armored=True)

    def __bool__(self) -> bool:
        return bool(self.recipients)

    def encrypt(self, source: Path, target: Path) -> None:
        """Encrypt a file, and flush the result to the disk."""
        with source.open("rb") as plain, target.open("wb") as out:
            load_age().encrypt_io(plain, out, self.recipients)
            out.flush()
            os.fsync(out.fileno())


class Opener:
    """Reads the files of the archive in `folder`, encrypted or not.

    `identities` are lines of an age key file; without any, the passphrase is that of the settings. Raises SealError
    when neither opens it.
    """

    def __init__(self, folder: Path, identities: Sequence[str] = ()) -> None:
        self.folder, self.keys = folder, list(identities)
        self.identities: list[Any] = []

    @cached_property
    def is_encrypted(self) -> bool:
        return bool(read_manifest(self.folder)["is_encrypted"])

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """The file at `path` as it was before it was encrypted."""
        if not self.is_encrypted:
            with (self.folder / path).open("rb") as file:
                yield file
            return
        age = load_age()
        with (self.folder / f"{path}{ENDING}").open("rb") as source, TemporaryFile(dir=settings.DATA_DIR) as plain:
            try:
                age.decrypt_io(source, plain, self._unlock(age))
            except age.DecryptError as error:
                raise SealError(f"{path} cannot be decrypted: {error}.") from None
            plain.seek(0)
            yield plain

    def _unlock(self, age: Any) -> list[Any]:
        """The keys, the passphrase stretched once."""
        if self.identities:
            return self.identities
        texts = [line for line in self.keys if line.startswith("AGE-SECRET-KEY-")]
        if not texts and (self.folder / KEY_FILE).is_file():
            if not settings.ARCHIVE_PASSPHRASE:
                raise SealError("This archive is encrypted: set ARCHIVE_PASSPHRASE, or name a key with --identity.")
            texts = [open_key(age, (self.folder / KEY_FILE).read_bytes()).decode()]
        if not texts:
            raise SealError("This archive is encrypted: name the file with your age key with --identity.")
        self.identities = [age.x25519.Identity.from_str(text.strip()) for text in texts]
        return self.identities


def open_key(age: Any, sealed: bytes) -> bytes:
    """The key of an archive, opened with the passphrase of the settings. Raises SealError."""
    for is_last in (*[False] * (MAX_TRIES - 1), True):
        try:
            return bytes(age.passphrase.decrypt(sealed, settings.ARCHIVE_PASSPHRASE))
        except age.DecryptError as error:
            if is_last or TOO_MUCH_WORK not in str(error).lower():
                words = "ARCHIVE_PASSPHRASE does not open this archive"
                raise SealError(f"{words}: it is not its passphrase, or {error}.") from None
    raise AssertionError("the last try returns or raises")
