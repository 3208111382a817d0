"""Archives in an S3-compatible store: sent, fetched, deleted; half of one is none."""

import pytest

from registan.transfer.archive.archive_folder import PartialArchive
from registan.transfer.archive.manifest import MANIFEST
from registan.transfer.archive.s3_place import S3Place, StoreFailed, describe_place
from registan.transfer.archive.verify_archive import verify_archive
from tests.registan.test_media_storage import s3_server  # noqa: F401  a fixture

NAMES = ["2026-11-28T12-00-00Z-private", "2026-11-29T12-00-00Z-private"]


@pytest.fixture
def place(s3_server):  # noqa: F811
    address, _query, region = s3_server.partition("?")
    store = S3Place(f"{address}/archives/ours?{region}")
    yield store
    for name in store.names():
        store.delete(name)


def write(folder, name):
    with PartialArchive(folder, name) as archive:
        with archive.open("media/gate.jpg") as out:
            out.write(b"x" * 100_000)
        with archive.open("tables/posts.jsonl") as out:
            out.write(name.encode() + b"\n")
        tables = {"tables/posts.jsonl": {"rows": 1}}
        return archive.finish({"format": 1, "tables": tables, "pages": 0, "is_encrypted": False})


def test_an_archive_comes_back_as_it_was_sent(place, tmp_path):
    for name in NAMES:
        place.send(write(tmp_path, name))
    assert place.names() == NAMES
    folder = place.fetch(NAMES[1], tmp_path / "fetched")
    verify_archive(folder)
    assert (folder / "tables/posts.jsonl").read_text() == f"{NAMES[1]}\n"


def test_an_archive_without_its_manifest_is_none_and_a_deleted_one_is_gone(place, tmp_path):
    place.send(write(tmp_path, NAMES[0]))
    place.client.delete_object(Bucket=place.bucket, Key=f"{place.prefix}{NAMES[0]}/{MANIFEST}")
    assert place.names() == []
    place.send(write(tmp_path, NAMES[1]))
    place.delete(NAMES[1])
    assert not list(place._keys(f"{place.prefix}{NAMES[1]}/"))


def test_a_store_that_does_not_answer_is_said_in_a_sentence():
    with pytest.raises(StoreFailed, match="The store of archives failed"):
        S3Place("s3+http://key:secret@127.0.0.1:1/bucket/archives?region=us-east-1").names()


def test_the_keys_of_a_store_are_shown_to_nobody():
    assert describe_place("s3://key:secret@s3.example.org/bucket/archives") == "s3://s3.example.org/bucket/archives"
