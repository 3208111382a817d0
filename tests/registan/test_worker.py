"""The worker: a job that fails is logged and does not stop the others."""

import logging

import pytest
from django.core.management import call_command
from django.db import connection

from comments.models import Message
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


def test_sqlite_learns_from_the_worker_how_its_tables_are_filled(post):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's autovacuum counts its tables")
    call_command("worker", "--once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx FROM sqlite_stat1 WHERE tbl = 'blog_post'")
        assert "post_reading_order" in {index for (index,) in cursor.fetchall()}
