"""Isso: its database is read as it is, and nothing that it says is run."""

import datetime
import sqlite3

import pytest

from registan.transfer.elsewhere.foreign_reader import EMPTIED
from registan.transfer.elsewhere.isso import IssoDatabase
from registan.transfer.records.export_statuses import ContentFormat
from tests.registan.transfer.elsewhere.foreign import Export, refusal

TABLES = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
    modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
INSERT INTO threads VALUES (1, '/2020/tea/', 'Tea'), (2, '/empty/', 'Nobody');
"""
ENDLESS = """CREATE VIEW comments AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT i AS tid, i AS id, 0 AS parent, 0 AS created, 1 AS mode, '' AS text, '' AS author, '' AS email,
    '' AS website FROM n;"""
INSERT = "INSERT INTO comments VALUES (?, ?, ?, ?, NULL, ?, '192.0.2.0', ?, ?, ?, ?, 0, 0, x'00', 0)"


def database(tmp_path, *rows, tables: str = TABLES):
    path = tmp_path / "comments.db"
    connection = sqlite3.connect(path)
    connection.executescript(tables)
    for each in rows:
        connection.execute(INSERT, each)
    connection.commit()
    connection.close()
    return path


def row(number, parent=None, mode=1, text="*Hi*", name="Bob", under=1, created=1588334400.5):
    return (under, number, parent, created, mode, text, name, "bob@example.org", "https://bob.example")


def test_threads_have_the_path_of_their_page_and_comments_as_markdown(tmp_path):
    export = Export("isso", database(tmp_path, row(1), row(2, parent=1)))
    (thread,) = export.threads
    assert (thread.address, thread.title, thread.content_format) == ("/2020/tea/", "Tea", ContentFormat.MARKDOWN)
    first, reply = thread.comments
    assert (len(thread.comments), reply.parent_id) == (2, 1)
    assert (first.content, first.author_name, first.author_url) == ("*Hi*", "Bob", "https://bob.example")
    assert (first.gmt, first.local) == (datetime.datetime(2020, 5, 1, 12), None)
    assert [meta.value for meta in first.metas] == ["isso-1"]


def test_each_comment_keeps_its_state_and_a_deleted_one_its_place(tmp_path):
    rows = [row(1, mode=4, text="", name=None), row(2, parent=1), row(3, mode=2), row(4, mode=99)]
    comments = [*Export("isso", database(tmp_path, *rows)).threads[0].comments]
    assert [each.approved for each in comments] == ["trash", "1", "0", "0"]
    assert (comments[0].content, comments[0].author_name) == (EMPTIED, "")


def test_a_column_may_hold_anything(tmp_path):
    rows = [row(1, text=b"\xff\xfe", name=b"x", created="never"), row(2, created=1e30)]
    export = Export("isso", database(tmp_path, *rows))
    first, second = export.threads[0].comments
    assert (first.content, first.author_name, first.gmt, second.gmt) == ("", "", None, None)


def test_comments_without_their_thread_are_counted(tmp_path):
    export = Export("isso", database(tmp_path, row(1), row(2, under=9), row(3, under=None)))
    assert export.reader.unread["comments of threads that are not in the file"] == 2


def test_the_file_is_not_changed(tmp_path):
    path = database(tmp_path, row(1))
    before = path.read_bytes()
    Export("isso", path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["comments.db"]


@pytest.mark.parametrize(
    "tables",
    [
        "CREATE TABLE threads (id INTEGER, uri TEXT, title TEXT)",
        "CREATE TABLE posts (id INTEGER)",
        TABLES.replace("CREATE TABLE comments", "CREATE TABLE other") + ENDLESS,
        TABLES.replace("text VARCHAR", "text VARCHAR AS (hex(zeroblob(500000000)))"),
    ],
)
def test_a_file_with_other_tables_views_or_computed_columns_is_refused(tmp_path, tables):
    assert "no export of Isso" in refusal("isso", database(tmp_path, tables=tables))


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "comments.db"
    path.write_bytes(b"hello")
    assert "no export of Isso" in refusal("isso", path)
    path.write_bytes(b"SQLite format 3\0" + b"\x10" * 5_000)
    assert "is damaged" in refusal("isso", path)


def test_a_value_that_no_comment_can_have_is_refused(tmp_path):
    path = database(tmp_path, row(1, text="a" * 2_000_000))
    with pytest.raises(ValueError, match="is damaged"):
        list(Export("isso", path).threads[0].comments)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT hex(text) FROM comments",
        "SELECT load_extension('x')",
        "SELECT name FROM pragma_table_info('comments')",
        "ATTACH '/tmp/other.db' AS other",
        "DELETE FROM comments",
        "PRAGMA query_only = OFF",
    ],
)
def test_nothing_but_reading_the_two_tables_is_allowed(tmp_path, query):
    path = database(tmp_path, row(1))
    with pytest.raises(ValueError, match="is damaged"):
        IssoDatabase(path).select(query)
    assert IssoDatabase(path).select("SELECT count(*) FROM comments") == [(1,)]
