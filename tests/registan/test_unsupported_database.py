"""A database from before 0.9.0, or from a newer version, is refused in one sentence, whatever starts on it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from registan import database
from registan.management.commands import serve, worker

pytestmark = pytest.mark.django_db

TOO_OLD = "created before Registan 0.9.0 and can't be upgraded"
TOO_NEW = "upgraded by a newer version of Registan, or by one that was never released"


@pytest.fixture
def old_database():
    """As every version before 0.9.0 left it: our first migrations had the same names."""
    MigrationRecorder(connection).record_applied("blog", "0002_slow_mode")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE blog_conversation RENAME TO blog_thread")


@pytest.mark.parametrize("command", [["migrate"], ["worker", "--once"], ["serve", "--bind", "127.0.0.1:0"]])
def test_a_database_from_before_0_9_0_is_refused(old_database, command, monkeypatch):
    monkeypatch.setattr(serve.os, "execv", lambda *_: pytest.fail("it was served"))
    monkeypatch.setattr(worker, "run_jobs", lambda: pytest.fail("it was worked on"))
    with pytest.raises(CommandError, match=TOO_OLD):
        call_command(*command, verbosity=0)


@pytest.mark.parametrize("command", [["migrate"], ["worker", "--once"]])
def test_a_database_from_a_newer_version_is_refused(command):
    MigrationRecorder(connection).record_applied("comments", "0999_of_tomorrow")
    with pytest.raises(CommandError, match=rf"{TOO_NEW} \(it has comments.0999_of_tomorrow\)"):
        call_command(*command, verbosity=0)


@pytest.mark.parametrize("app", ["blog", "transfer"])
def test_migrations_of_every_app_of_ours_count(app):
    MigrationRecorder(connection).record_applied(app, "0999_of_tomorrow")
    assert f"(it has {app}.0999_of_tomorrow)" in database.refusal_reason(connection)


def test_a_database_of_an_unreleased_version_is_refused():
    MigrationRecorder(connection).record_unapplied("comments", "0002_policy_scores_and_days")
    reason = database.refusal_reason(connection)
    assert reason.startswith("This database was made by a version of Registan that was never released (Migration ")
    assert "is applied before its dependency comments.0002_policy_scores_and_days" in reason


def test_a_migration_of_a_package_that_was_removed_is_no_reason():
    MigrationRecorder(connection).record_applied("somebody_elses", "0001_initial")
    assert database.refusal_reason(connection) == ""


def test_a_worker_that_starts_before_its_database_waits(monkeypatch):
    def away(*_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(database, "refusal_reason", away)
    runs = []
    monkeypatch.setattr(worker, "run_jobs", lambda: runs.append("run") or 0)
    call_command("worker", "--once")
    assert runs == ["run"]


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        ("CREATE TABLE blog_thread (id integer)", database.GUNICORN_APP_LOAD_ERROR, TOO_OLD),
        ("CREATE TABLE elsewhere (id integer)", 0, ""),
    ],
)
def test_gunicorn_stops_on_an_old_database_rather_than_try_again_for_ever(tmp_path, statement, code, message):
    file = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(file)) as old:
        old.execute(statement)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "DATA_DIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.registan.server_settings"  # no static files have to be collected
    web = subprocess.run(
        [sys.executable, "-c", "import registan.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (web.returncode, message in web.stderr, web.stderr.count("\n")) == (code, True, bool(message)), web.stderr
