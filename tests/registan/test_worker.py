"""The worker: a job that fails is logged and does not stop the others."""

import logging

import pytest
from django.core.management import call_command
from django.db import ConnectionHandler

from comments.models import Message
from registan.database import estimate_tables
from registan.management.commands import worker

pytestmark = pytest.mark.django_db


def test_a_failing_job_does_not_stop_the_others(monkeypatch, caplog):
    done = []

    def fails() -> int:
        raise ValueError("out of order")

    monkeypatch.setattr(worker, "JOBS", (fails, lambda: done.append(1) or 0))
    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="out of order"):
        worker.run_jobs()
    assert done == [1]
    assert "fails" in caplog.text


def test_an_unwritable_message_is_postponed_and_the_others_are_sent(mailoutbox):
    for key, to in (("a", "=?utf-8?q??=@example.org"), ("b", "bob@example.org")):
        Message.objects.create(key=key, to=to, subject="Hello", text="Hello.")
    call_command("worker", "--once")
    assert [mail.to for mail in mailoutbox] == [["bob@example.org"]]
    assert Message.objects.get(key="a").last_error


def test_sqlite_learns_with_each_beat_of_the_worker_how_its_tables_are_filled(monkeypatch, tmp_path):
    options = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "site.sqlite3"}
    site = ConnectionHandler({"default": options})["default"]
    with site.cursor() as cursor:
        cursor.execute("CREATE TABLE post (id INTEGER PRIMARY KEY, day TEXT)")
        cursor.execute("CREATE INDEX post_day ON post (day)")
        cursor.execute("INSERT INTO post (day) VALUES ('Monday'), ('Monday'), ('Tuesday')")
    # Not the tests' own, whose plans would be others from here on.
    estimated = []
    monkeypatch.setattr(worker, "estimate_tables", lambda connection: estimated.append(connection.alias))
    worker.estimate_with_beat()
    worker.estimate_with_beat()  # within the same minute
    assert estimated == ["default"]
    estimate_tables(site)
    with site.cursor() as cursor:
        cursor.execute("SELECT idx, stat FROM sqlite_stat1")
        assert cursor.fetchall() == [("post_day", "3 2")]
    site.close()
