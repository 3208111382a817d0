"""Remark42: a backup of lines, packed or not; deleted comments keep their place."""

import datetime
import gzip
import json

import pytest

from registan.transfer.elsewhere.foreign_reader import EMPTIED
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from tests.registan.transfer.elsewhere.foreign import Export, refusal

PAGE = "https://old.example/2020/tea/"


def comment(number: str, parent: str = "", **values) -> dict:
    return {
        "id": number,
        "pid": parent,
        "text": "<p>Hello <strong>you</strong></p>\n",
        "orig": "Hello **you**",
        "user": {"name": "Bob &amp; Ann", "id": "github_1", "picture": "", "ip": "abc", "admin": False},
        "locator": {"site": "tea", "url": PAGE},
        "score": 1,
        "votes": {},
        "time": "2020-05-01T12:00:00.123456789-06:00",
        "title": "Tea",
        **values,
    }


def backup(tmp_path, *comments: dict, head: dict | None = None, name: str = "backup.gz"):
    lines = [head or {"version": 1, "users": [], "posts": []}, *comments]
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    return path


@pytest.mark.parametrize("name", ["backup.gz", "backup.json"])
def test_comments_are_sorted_by_page(tmp_path, name):
    other = {"site": "tea", "url": "https://old.example/bread/"}
    path = backup(tmp_path, comment("a-1"), comment("a-2", locator=other), comment("a-3", "a-1"), name=name)
    export = Export("remark42", path)
    assert [(thread.address, len(thread.comments)) for thread in export.threads] == [
        (PAGE, 2),
        ("https://old.example/bread/", 1),
    ]
    assert export.channel.title == "tea"
    first, reply = export.threads[0].comments
    assert reply.parent_id == first.id == stable_id("a-1") > 0
    assert (first.author_name, first.content) == ("Bob & Ann", "<p>Hello <strong>you</strong></p>")
    assert export.threads[0].content_format == ContentFormat.HTML
    assert [meta.value for meta in first.metas] == ["remark42__comment-a-1"]


def test_times_have_the_zone_in_which_they_were_written(tmp_path):
    first = next(iter(Export("remark42", backup(tmp_path, comment("a"))).threads[0].comments))
    assert (first.local, first.gmt) == (datetime.datetime(2020, 5, 1, 12), datetime.datetime(2020, 5, 1, 18))


def test_a_deleted_comment_keeps_its_place_and_no_word(tmp_path):
    path = backup(tmp_path, comment("a", delete=True, text="", orig="secret"), comment("b", "a"))
    deleted, reply = Export("remark42", path).threads[0].comments
    assert (deleted.approved, deleted.content, reply.parent_id) == ("trash", EMPTIED, deleted.id)


def test_a_page_that_takes_no_more_comments_stays_closed(tmp_path):
    head = {"version": 1, "users": [], "posts": [{"url": PAGE, "read_only": True}]}
    assert Export("remark42", backup(tmp_path, comment("a"), head=head)).threads[0].comment_status == "closed"


def test_fields_of_another_kind_are_left_out(tmp_path):
    odd = comment("b", user=None, time=7, text=["x"], orig="words", title={})
    path = backup(tmp_path, odd, comment("c", locator="x"), {"id": 5})
    export = Export("remark42", path)
    (only,) = export.threads[0].comments
    assert (only.author_name, only.gmt, only.content) == ("", None, "words")
    assert export.reader.unread["comments without a page"] == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"posts": []}\n', "no export of Remark42"),
        (b'{"version": 2, "users": []}\n', "no export of Remark42"),
        (b'{"version": 1, "users": [], "posts": []}\n{"id": "a", ', "is damaged"),
        (b'{"version": 1, "users": []}\n' + b'{"a":' * 100_000, "is damaged"),
        (gzip.compress(b'{"version": 1, "users": []}\n' * 2, mtime=0)[:-9], "is damaged"),
        (b"[1]", "is damaged"),
    ],
)
def test_what_is_broken_or_foreign_is_refused(tmp_path, data, sentence):
    path = tmp_path / "backup.gz"
    path.write_bytes(data)
    assert sentence in refusal("remark42", path)


def test_a_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("registan.transfer.wordpress.reader.export_files.HARMLESS_BYTES", 100_000)
    path = tmp_path / "backup.gz"
    path.write_bytes(gzip.compress(b'{"version": 1, "users": []}\n' + b" " * 10_000_000))
    assert "unpacks to more" in refusal("remark42", path)
