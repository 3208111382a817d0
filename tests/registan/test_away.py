"""A database that is away for now is told apart from one that does not fit the code: 503 or 500."""

import sqlite3

import pytest
from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.test import Client

from registan.away import is_away
from tests.comments.comment_pages import send


def sqlite_error(path, statement: str) -> Exception:
    """What Django makes of SQLite's own error."""
    with sqlite3.connect(path, timeout=0, uri=True) as here:
        try:
            here.execute(statement)
        except sqlite3.OperationalError as error:
            raised = OperationalError(str(error))
            raised.__cause__ = error
            return raised
    raise AssertionError("It did not fail.")


@pytest.mark.parametrize("statement", ["SELECT missing FROM sqlite_master", "SELECT 1 FROM nowhere"])
def test_what_is_missing_on_sqlite_does_not_come_back_by_itself(tmp_path, statement):
    assert not is_away(sqlite_error(tmp_path / "site.sqlite3", statement))


def test_a_locked_file_of_sqlite_passes(tmp_path):
    path = tmp_path / "site.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE post (id INTEGER)")
        other.commit()
        other.execute("BEGIN EXCLUSIVE")
        assert is_away(sqlite_error(path, "INSERT INTO post VALUES (1)"))
        other.rollback()


def test_a_read_only_file_of_sqlite_passes(tmp_path):
    path = tmp_path / "site.sqlite3"
    with sqlite3.connect(path) as here:
        here.execute("CREATE TABLE post (id INTEGER)")
    assert is_away(sqlite_error(f"file:{path}?mode=ro", "INSERT INTO post VALUES (1)"))


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL answers")
def test_a_read_only_postgresql_passes():
    run("SET transaction_read_only = on")
    with pytest.raises(DatabaseError) as caught:
        run("DELETE FROM blog_clock")
    assert isinstance(caught.value, InternalError)
    assert is_away(caught.value)


def test_other_failures_are_told_by_their_kind():
    assert is_away(InterfaceError("connection already closed"))
    assert is_away(OperationalError("server closed the connection unexpectedly"))
    assert not is_away(ProgrammingError('column "a" does not exist'))
    assert not is_away(InternalError("current transaction is aborted"))
    assert not is_away(ValueError("bad"))
    assert not is_away(None)


@pytest.fixture
def reader(post) -> Client:
    client = Client(raise_request_exception=False)
    client.post_read = post
    return client


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def comment(reader: Client):
    return send(reader, reader.post_read, body="Words that took an hour.")


@pytest.fixture
def read_only():
    """The database takes no writes, as far as this test goes."""
    is_sqlite = connection.vendor == "sqlite"
    with transaction.atomic():
        run("PRAGMA query_only = 1" if is_sqlite else "SET transaction_read_only = on")
        yield
        if is_sqlite:
            connection.connection.execute("PRAGMA query_only = 0")
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_read_only_database_asks_readers_to_come_back_and_keeps_their_text(reader, read_only):
    response = comment(reader)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "Words that took an hour." in response.content.decode()


@pytest.mark.django_db
def test_a_column_that_is_missing_does_not_ask_them_to_come_back_and_keeps_their_text(reader):
    run("ALTER TABLE comments_comment RENAME COLUMN body TO text")
    response = comment(reader)
    assert response.status_code == 500
    assert "Retry-After" not in response.headers
    assert "Words that took an hour." in response.content.decode()
