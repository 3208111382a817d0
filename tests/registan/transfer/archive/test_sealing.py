"""Archives encrypted by age, for a passphrase or for a key."""

import pytest

from registan.transfer.archive.archive_folder import PartialArchive
from registan.transfer.archive.manifest import DamagedArchive
from registan.transfer.archive.sealing import KEY_FILE, Opener, Seal, SealError
from registan.transfer.archive.verify_archive import verify_archive

pyrage = pytest.importorskip("pyrage", reason="pyrage is not installed: no archive was encrypted")

NAME = "2026-11-29T12-00-00Z-private"
MANIFEST = {"format": 1, "tables": {}, "pages": 0, "is_encrypted": True}
WORDS = b"Malika's address\n" * 100_000


@pytest.fixture
def sealed(tmp_path, settings):
    """A function that writes an archive of one file, encrypted."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()

    def write(seal: Seal):
        with PartialArchive(tmp_path, NAME, seal=seal) as archive:
            with archive.open("tables/readers.jsonl") as out:
                out.write(WORDS)
            return archive.finish(MANIFEST)

    yield write
    assert not list(settings.DATA_DIR.iterdir()), "plain text is left"


def read(folder, identities=()) -> bytes:
    with Opener(folder, identities).open("tables/readers.jsonl") as file:
        return file.read()


def test_a_passphrase_opens_what_it_has_encrypted(sealed, settings):
    folder = sealed(Seal(passphrase="four clocks"))
    assert not [path for path in folder.rglob("*") if path.is_file() and b"Malika" in path.read_bytes()]
    verify_archive(folder)
    settings.ARCHIVE_PASSPHRASE = "four clocks"
    assert read(folder) == WORDS
    settings.ARCHIVE_PASSPHRASE = "five clocks"
    with pytest.raises(SealError, match="it is not its passphrase"):
        read(folder)


def test_an_age_key_opens_what_was_encrypted_for_it(sealed):
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    folder = sealed(Seal([str(mine.to_public())]))
    assert not (folder / KEY_FILE).exists()
    assert read(folder, ["# created by age-keygen", str(mine)]) == WORDS
    with pytest.raises(SealError, match="cannot be decrypted"):
        read(folder, [str(other)])
    with pytest.raises(SealError, match="--identity"):
        read(folder)


def test_what_is_no_recipient_is_refused():
    with pytest.raises(SealError, match="begin with age1"):
        Seal(["ssh-rsa AAAA"])


def test_a_flipped_byte_of_an_encrypted_file_is_named(sealed):
    folder = sealed(Seal([str(pyrage.x25519.Identity.generate().to_public())]))
    file = folder / "tables/readers.jsonl.age"
    content = bytearray(file.read_bytes())
    content[500] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedArchive, match=r"readers.* is not what it was"):
        verify_archive(folder)
