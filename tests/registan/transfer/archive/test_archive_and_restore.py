"""A site is archived, restored into an empty database, and is the same site: on both databases, and across them."""

import hashlib
import json
import resource
import shutil
import signal
import sqlite3

import psycopg2
import pytest
from django.utils import timezone

from comments.privacy.erased_list import hash_address
from registan.transfer.archive.archive_folder import locked
from registan.transfer.archive.manifest import DamagedArchive
from registan.transfer.archive.verify_archive import verify_archive
from tests.comments.processes import wait_until
from tests.registan.transfer.archive.marked_site import IMAGE_BYTES, MARK
from tests.registan.transfer.archive.sites import SiteBeside

ARCHIVED = "tables/comments_decision.jsonl"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with a row in every table, archived twice: its public part, and all of it."""
    beside = SiteBeside(tmp_path_factory.mktemp("archive") / "source")
    process = beside.start("-m", "tests.registan.transfer.archive.marked_site")
    assert not process.wait(), process.stdout.read()
    beside.said = beside.manage("archive", str(beside.archives))
    beside.manage("archive", str(beside.archives), "--private")
    yield beside
    beside.remove()


@pytest.fixture(scope="module")
def restored(site, tmp_path_factory):
    """The same site elsewhere, archived again; on PostgreSQL, too, where the tests have it."""
    beside = SiteBeside(tmp_path_factory.mktemp("archive") / "restored")
    beside.begin_like(site)
    beside.said = beside.manage("restore", str(site.archives))
    beside.manage("archive", str(beside.archives), "--private")
    yield beside
    beside.remove()


def read_table(folder, name):
    return [json.loads(line) for line in (folder / f"tables/{name}.jsonl").read_bytes().splitlines()]


def hashes(folder) -> dict[str, str]:
    return dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text().splitlines())


def test_the_public_part_has_nothing_that_readers_do_not_see(site):
    folder = site.archive("public")
    marked = [path for path in folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    assert not marked
    assert not any(b"192.0.2.77" in path.read_bytes() for path in (folder / "tables").iterdir())
    assert (folder / "media/images/gate.jpg").exists() is False, "no public page shows it"


def test_the_public_part_has_what_readers_see(site):
    folder = site.archive("public")
    assert [post["title"] for post in read_table(folder, "blog_post")] == ["Ten past four"]
    comments = read_table(folder, "comments_comment")
    assert {"Malika", "Olim", "Reader 104"} <= {comment["name"] for comment in comments}
    assert {comment["body"] for comment in comments if comment["status"] != "approved"} == {""}, "tombstones"
    assert not (folder / "tables/auth_user.jsonl").exists()


def test_a_private_archive_has_every_row_but_keys_and_what_is_made_again(site):
    folder = site.archive("private")
    assert {path.stem for path in (folder / "tables").iterdir()} >= {"auth_user", "comments_reader", "blog_version"}
    for table in ("mfa_authenticator", "django_session", "comments_readersession", "blog_searchentry"):
        assert not (folder / f"tables/{table}.jsonl").exists()
    assert (folder / "media/images/gate.jpg").read_bytes() == IMAGE_BYTES


def test_the_hashes_are_those_that_sha256sum_knows(site):
    folder = site.archive("private")
    for path, digest in hashes(folder).items():
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest
    assert verify_archive(folder)["files"] == len(hashes(folder))


def test_every_page_of_the_restored_site_is_the_same(site, restored):
    pages = (site.archive("private") / "pages.jsonl").read_bytes().splitlines()
    assert f"All {len(pages)} pages are the same" in restored.said
    addresses = [json.loads(page)["address"] for page in pages]
    assert {"/", "/feed/", "/2026/03/20/ten-past-four/comment-page-2/", "/tag/clocks/", "/about/"} <= {*addresses}


def test_a_restored_site_archives_into_the_same_tables(site, restored):
    before, after = hashes(site.archive("private")), hashes(restored.archive("private"))
    different = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert not {path for path in different if path.startswith(("tables/", "media/", "markdown/"))}


def test_numbers_that_deleted_rows_had_are_not_given_again(site, restored):
    numbers = [
        json.loads((beside.archive("private") / "manifest.json").read_text())["sequences"]
        for beside in (site, restored)
    ]
    assert numbers[0]["comments_comment"] == numbers[1]["comments_comment"]


def test_the_record_of_a_restored_site_is_append_only(restored):
    with pytest.raises((sqlite3.Error, psycopg2.Error), match="append-only"):
        restored.rows("UPDATE comments_decision SET note = 'x'")


def test_a_restored_site_sends_nothing_until_its_owner_says_so(restored):
    waiting = "SELECT count(*) FROM comments_message WHERE sent_at IS NULL AND NOT given_up"
    assert restored.rows("SELECT holds_email FROM transfer_restoration") == [(True,)]
    assert restored.rows(waiting)[0][0] >= 1
    assert "were discarded" in restored.manage("release_email", "--discard")
    restored.manage("worker", "--once")
    assert not any(b"Subject: Waits" in mail.read_bytes() for mail in (restored.folder / "mail").glob("*"))


def test_a_full_database_is_refused_in_a_sentence(site):
    assert "This database is not empty" in site.manage("restore", str(site.archives), fails=True)


def test_the_public_part_is_not_restored(site, restored):
    assert "made with --private" in restored.manage("restore", str(site.archive("public")), fails=True)


def test_a_drill_restores_beside_the_site_and_leaves_nothing(site):
    assert "pages are the same" in site.manage("archive", str(site.archives), "--drill")
    assert not list(site.folder.glob("scratch-*"))
    assert site.rows("SELECT result FROM transfer_archiverun WHERE kind = 'drill'") == [("good",)]


def test_an_unchanged_file_is_stored_once(site):
    first = site.archive("private") / "media/images/gate.jpg"
    before = first.stat().st_ino
    site.manage("archive", str(site.archives), "--private")
    second = site.archive("private") / "media/images/gate.jpg"
    assert second != first
    assert second.stat().st_ino == before


def test_a_disk_without_room_leaves_no_archive(site, tmp_path):
    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    assert "too large" in site.manage("archive", str(tmp_path), "--private", fails=True, preexec_fn=limit_files)
    assert not [path for path in tmp_path.iterdir() if path.name != ".lock"]


def test_an_archive_killed_on_the_way_is_none_and_the_next_clears_it_away(site, tmp_path):
    process = site.start("manage.py", "archive", str(tmp_path), "--private")
    wait_until(lambda: list(tmp_path.glob(".partial-*/tables/*")), "the first table")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not list(tmp_path.glob("2*"))
    with locked(tmp_path):
        assert not list(tmp_path.glob(".partial-*"))


def test_a_restore_killed_on_the_way_leaves_an_empty_site_and_can_begin_again(site, tmp_path):
    beside = SiteBeside(tmp_path / "killed")
    beside.begin_like(site)
    process = beside.start("manage.py", "restore", str(site.archives), "--no-comparison")
    wait_until(lambda: list(beside.folder.glob("media/files/*")) or process.poll() is not None, "the last file")
    assert process.poll() is None, process.stdout.read()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert beside.rows("SELECT count(*) FROM comments_comment") == [(0,)]
    assert "Restored" in beside.manage("restore", str(site.archives), "--no-comparison")
    beside.remove()


def damage(folder, path, how):
    file = folder / path
    content = file.read_bytes()
    file.unlink()
    if how == "flipped":
        file.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    elif how == "truncated":
        file.write_bytes(content[:-20])


@pytest.mark.parametrize("how", ["flipped", "missing", "truncated"])
@pytest.mark.parametrize("path", [ARCHIVED, "media/images/gate.jpg", "manifest.json", "SHA256SUMS", "pages.jsonl"])
def test_a_damaged_file_is_named(site, tmp_path, path, how):
    folder = tmp_path / "copy"
    shutil.copytree(site.archive("private"), folder)
    verify_archive(folder)
    damage(folder, path, how)
    with pytest.raises(DamagedArchive, match=path):
        verify_archive(folder)


def test_a_damaged_archive_is_not_restored(site, restored, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(site.archive("private"), folder)
    damage(folder, ARCHIVED, "flipped")
    said = restored.manage("restore", str(folder), fails=True)
    assert "Nothing was restored" in said
    assert ARCHIVED in said


def test_a_restore_brings_nobody_back_who_was_erased_after_the_archive(site, tmp_path):
    beside, salt, address = SiteBeside(tmp_path / "erased"), "00" * 16, f"olim@{MARK}.example".lower()
    beside.begin_like(site)
    erased = [salt, hash_address(address, salt), timezone.now().isoformat(), False]
    (beside.folder / "erased.json").write_text(
        json.dumps({"registan_erased": 1, "addresses": [erased], "comments": []})
    )
    said = beside.manage("restore", str(site.archives))
    assert "byte for byte" in said, "pages are compared with the archive before"
    assert "Erased again, since they were after the archive: 1 addresses, 1 comments." in said
    column = "SELECT count(*) FROM comments_comment WHERE lower(email) = '{}' OR body = 'I disagree.'"
    assert site.rows(column.format(address)) == [(1,)]
    assert beside.rows(column.format(address)) == [(0,)]
    beside.remove()
