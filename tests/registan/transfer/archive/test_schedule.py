"""The worker starts archives and drills when they are due, one at a time; what fails is an alarm."""

import datetime

import pytest
from django.utils import timezone

from comments.models import Message
from registan.alarms.rules import any_backup_line
from registan.management.commands import worker
from registan.transfer.archive import schedule
from registan.transfer.models import ArchivePlan, ArchiveRun, Every, Restoration
from tests.comments.processes import wait_until

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def plan(archive: Every = Every.DAILY, drill: Every = Every.OFF) -> ArchivePlan:
    return ArchivePlan.objects.update_or_create(pk=1, defaults={"archive_every": archive, "drill_every": drill})[0]


def ran(kind: str = "archive", result: str = "good", *, ago: datetime.timedelta, **fields) -> ArchiveRun:
    at = timezone.now() - ago
    return ArchiveRun.objects.create(kind=kind, result=result, started_at=at, alive_at=at, ended_at=at, **fields)


def test_nothing_is_due_where_nothing_is_scheduled():
    plan(Every.OFF)
    assert schedule.take_due_run() is None


def test_the_first_archive_is_due_at_once_and_taken_by_one_worker():
    plan()
    assert schedule.take_due_run().kind == ArchiveRun.Kind.ARCHIVE
    assert schedule.take_due_run() is None


def test_the_next_is_due_after_its_period():
    plan(Every.WEEKLY)
    ran(ago=3 * DAY)
    assert schedule.take_due_run() is None
    ArchiveRun.objects.update(started_at=timezone.now() - 8 * DAY)
    assert schedule.take_due_run() is not None


def test_a_drill_comes_after_the_archive():
    plan(drill=Every.DAILY)
    ran(ago=DAY / 2)
    assert schedule.take_due_run().kind == ArchiveRun.Kind.DRILL


def test_a_run_that_says_nothing_has_failed_and_the_next_is_due():
    plan()
    silent = ran(result="running", ago=2 * DAY)
    assert schedule.take_due_run() is None
    schedule.end_silent_runs()
    silent.refresh_from_db()
    assert silent.result == ArchiveRun.Result.FAILED
    assert schedule.take_due_run() is not None


@pytest.mark.parametrize("kind", ["archive", "drill"])
def test_a_failure_is_an_alarm_until_a_run_has_succeeded(kind):
    plan(drill=Every.DAILY)
    ran(kind, result="failed", ago=DAY / 2, detail="No space left on device")
    assert "No space left on device" in any_backup_line().fact
    ran(kind, ago=DAY / 4)
    assert not any_backup_line().state.needs_attention


def test_an_archive_that_is_long_ago_is_an_alarm_and_a_fresh_one_is_not():
    plan()
    ran(ago=DAY)
    assert not any_backup_line().state.needs_attention
    ArchiveRun.objects.update(started_at=timezone.now() - 4 * DAY)
    assert any_backup_line().state.needs_attention


def test_without_a_schedule_an_archive_that_was_tried_once_is_no_alarm():
    ran(ago=100 * DAY)
    assert not any_backup_line().state.needs_attention


def test_a_process_that_ends_without_a_word_has_failed_with_its_last_words(monkeypatch, settings, tmp_path):
    plan()
    settings.BASE_DIR = tmp_path
    (tmp_path / "manage.py").write_text("import sys; sys.exit('The disk has gone.')")
    worker_schedule = schedule.Schedule()
    worker_schedule.look()
    wait_until(lambda: worker_schedule.process.poll() is not None, "the process")
    worker_schedule.next_look = 0.0
    worker_schedule.look()
    run = ArchiveRun.objects.get()
    assert (run.result, run.detail) == ("failed", "The disk has gone.")


def test_a_restored_site_leaves_its_outbox_alone(monkeypatch):
    done = []
    jobs = (lambda: done.append("other") or 0, worker.outbox.send_due_messages)
    monkeypatch.setattr(worker, "JOBS", jobs)
    Message.objects.create(key="1", to="ann@example.org", subject="Hello", text="Hello.")
    restored = Restoration.objects.create(archive="one", moment=timezone.now())
    worker.run_jobs()
    assert done == ["other"]
    assert Message.objects.get().attempts == 0
    Restoration.objects.filter(pk=restored.pk).update(holds_email=False)
    worker.run_jobs()
    assert Message.objects.get().attempts == 1
