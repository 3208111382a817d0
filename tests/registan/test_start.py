"""What stops the start is one sentence and the right exit code, and never a traceback."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from registan import database, start_checks
from registan.management.commands import serve
from registan.start_checks import refuse_unusable_address


@pytest.fixture
def run(tmp_path, root):
    """Run Python in the project, with a DATA_DIR of its own; returns the exit code and the lines of stderr."""

    def run(*command: str, **variables: str) -> tuple[int, list[str]]:
        environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", **variables}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr.splitlines()

    return run


@pytest.fixture
def port():
    """A port at which something listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_named(run, port):
    code, lines = run("manage.py", "serve", "--bind", f"127.0.0.1:{port}")
    assert (code, lines[-1]) == (
        1,
        f"CommandError: Port {port} of 127.0.0.1 is in use, perhaps by this site. "
        f"Stop what runs there, or choose another port: PORT={port + 1} make run",
    )


@pytest.mark.parametrize(
    ("bind", "sentence"),
    [
        ("127.0.0.1:http", "must be HOST:PORT"),
        ("192.0.2.1:8000", "Nothing can listen at 192.0.2.1:8000: "),
        ("nowhere.invalid:8000", "Nothing can listen at nowhere.invalid:8000: "),
    ],
)
def test_an_address_at_which_nothing_can_listen_is_refused(bind, sentence):
    with pytest.raises(CommandError, match=sentence):
        refuse_unusable_address(bind)


@pytest.mark.parametrize("bind", ["127.0.0.1:0", "[::1]:0", "localhost:0", "unix:/run/registan.sock"])
def test_an_address_that_is_free_is_not(bind):
    assert refuse_unusable_address(bind) is None


def test_a_port_below_1024_is_said_to_be_roots():
    refused = PermissionError(13, "Permission denied")
    assert "kept for root" in start_checks.describe_bind_fault(refused, "127.0.0.1", 80)


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "warned"), [(0, True), (1000, False)])
def test_serve_warns_root_and_nobody_else(monkeypatch, capsys, number, warned):
    monkeypatch.setattr(serve, "upgrade", lambda *_, **__: None)
    monkeypatch.setattr(serve.os, "execv", lambda *_: None)
    monkeypatch.setattr(serve.os, "chdir", lambda *_: None)
    monkeypatch.setattr(start_checks.os, "geteuid", lambda: number)
    call_command("serve", "--bind", "127.0.0.1:0")
    captured = capsys.readouterr()
    assert ("Warning: this runs as root" in captured.err) == warned
    assert " is at " in captured.out


def test_a_database_server_that_does_not_answer_is_one_sentence(run, port):
    url = "postgres://registan:hidden@127.0.0.1:1/blog"
    code, lines = run("manage.py", "migrate", DATABASE_URL=url)
    assert (code, lines) == (
        1,
        [
            "PostgreSQL, blog at 127.0.0.1:1 can't be opened: Connection refused. "
            "Start the database if it is stopped, or set DATABASE_URL or DATA_DIR as for the site."
        ],
    )
    assert "Traceback (most recent call last):" in run("manage.py", "migrate", "--traceback", DATABASE_URL=url)[1]


def test_a_file_that_is_no_database_is_one_sentence(run, tmp_path):
    (tmp_path / "registan.sqlite3").write_text("Dear diary, today I was not a database. " * 50)
    code, lines = run("manage.py", "reindex")
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"SQLite, {tmp_path}/registan.sqlite3 can't be opened: file is not a database.")


def test_a_database_without_tables_is_one_sentence_from_any_command(run, tmp_path):
    code, lines = run("manage.py", "demo")
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"SQLite, {tmp_path}/registan.sqlite3: it has no tables yet. Start the site with")


def test_a_fault_of_ours_is_not_mistaken_for_a_database_without_tables(monkeypatch):
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("SELECT a FROM b")
    monkeypatch.setattr(database, "migration_fault", lambda _: "")
    assert database.command_fault(raised.value) == ""
    monkeypatch.setattr(database, "migration_fault", lambda _: "it is not up to date")
    assert "it is not up to date" in database.command_fault(raised.value)


def test_gunicorn_without_static_files_ends_with_one_sentence(run, tmp_path):
    code, lines = run("-c", "import registan.wsgi")
    assert (code, len(lines)) == (database.GUNICORN_APP_LOAD_ERROR, 1)
    assert lines[0].startswith(f"Registan cannot start. {tmp_path}/static has no static files of this version")
    (tmp_path / "static" / "staticfiles.json").write_text('{"paths": {}, "version": "1.1", "hash": ""}')
    assert run("-c", "import registan.wsgi") == (0, [])
