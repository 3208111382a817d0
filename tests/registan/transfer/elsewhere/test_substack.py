"""Substack: a table of posts with a file for each, and those of its subscribers who get email."""

import datetime

import pytest

from tests.registan.transfer.elsewhere.foreign import HOME, Export, pack, refusal, write

COLUMNS = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
ROWS = (
    '101.hello-world,2024-03-01T10:00:00.000Z,true,,,newsletter,everyone,"Hello, ""world""",A line,\n'
    "102.paid,2024-04-01T10:00:00.000Z,true,,,newsletter,only_paid,Paid,,\n"
    '103.draft,,false,,,newsletter,everyone,"A draft\nin two lines",,\n'
    "104.talk,2024-05-01T10:00:00.000Z,true,,,podcast,everyone,Talk,,https://api.example/talk.mp3\n"
    "105.about,2024-05-02T10:00:00.000Z,true,,,page,everyone,About,,\n"
    "106.chat,2024-05-03T10:00:00.000Z,true,,,thread,everyone,Chat,,\n"
)
LIST = (
    "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
    "ann@example.org,false,,other,false,2025-01-01T00:00:00.000Z,\n"
    "bob@example.org,true,2027-01-01,yearly,true,2025-01-01T00:00:00.000Z,\n"
    "nobody,false,,other,false,,\n"
)
FILES = {
    "posts.csv": COLUMNS + ROWS,
    "posts/101.hello-world.html": "<p>Hello</p>",
    "posts/102.paid.html": "<p>Secret</p>",
    "posts/104.html": "<p>Listen</p>",
    "posts/105.about.html": "<p>About</p>",
    "email_list.tea.csv": LIST,
}


@pytest.fixture(params=["archive", "folder"])
def export(request, tmp_path) -> Export:
    path = pack(tmp_path / "a.zip", FILES) if request.param == "archive" else write(tmp_path / "a", FILES)
    return Export("substack", path)


def test_a_post_has_its_text_its_address_and_its_time(export):
    first = export.items[0]
    assert (first.id, first.title, first.excerpt, first.content) == (101, 'Hello, "world"', "A line", "<p>Hello</p>")
    assert (first.link, first.slug) == (f"{HOME}/p/hello-world", "hello-world")
    assert first.gmt == datetime.datetime(2024, 3, 1, 10)


def test_only_what_everybody_could_read_is_public(export):
    assert [(item.slug, item.post_type, item.post_status) for item in export.items] == [
        ("hello-world", "post", "publish"),
        ("paid", "post", "private"),
        ("draft", "post", "draft"),
        ("talk", "post", "publish"),
        ("about", "page", "publish"),
    ]
    assert export.reader.unread["posts of the type thread"] == 1
    assert export.items[2].title == "A draft in two lines"


def test_a_file_that_is_missing_is_counted_and_one_without_a_slug_is_found(export):
    assert export.reader.unread["texts that are not in the archive"] == 1
    assert export.items[3].content == "<p>Listen</p>"
    assert export.items[3].meta("enclosure").startswith("https://api.example/talk.mp3\n")


def test_only_those_who_get_email_are_subscribers(export):
    assert [(each.email, each.since) for each in export.subscribers] == [
        ("ann@example.org", datetime.datetime(2025, 1, 1))
    ]
    assert export.reader.unread["people who are not subscribed"] == 1
    assert export.reader.unread["rows without an email address"] == 1


def test_another_archive_is_refused(tmp_path):
    assert "no export of Substack" in refusal("substack", pack(tmp_path / "a.zip", {"a.txt": "x"}))
    path = tmp_path / "b.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert "is damaged" in refusal("substack", path)
