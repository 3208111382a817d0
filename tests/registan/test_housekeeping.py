"""What the worker deletes for good: within a bound, and not after a jump of the clock, unless a person allows it."""

import logging
import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from blog.models import HeldDeletion, SearchMiss, Site, WorkerBeat, WorkingCopy
from blog.sharing.share_folder import delete_oldest
from comments.models import Comment, DeliveryAttempt, Message
from comments.status import Status
from registan import housekeeping
from registan.housekeeping import delete_what_is_due
from registan.management.commands import worker
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def cap(monkeypatch) -> int:
    """A bound that a test can reach."""
    monkeypatch.setattr(housekeeping, "MAX_AT_ONCE", 3)
    return 3


def old_searches(count: int) -> None:
    at = timezone.now() - 1000 * DAY
    SearchMiss.objects.bulk_create(SearchMiss(query=f"word {number}", last_at=at) for number in range(count))


def old_spam(post) -> Comment:
    comment = factories.comment(post, status=Status.SPAM)
    Comment.objects.filter(pk=comment.pk).update(decided_at=timezone.now() - 400 * DAY)
    comment.pending_training.delete() if hasattr(comment, "pending_training") else None
    return comment


def old_message(key: str, **columns) -> Message:
    message = Message.objects.create(key=key, to="ann@example.org", subject="Hello", **columns)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - 91 * DAY)
    return message


# The bound


def test_what_is_due_within_the_bound_is_deleted(cap):
    old_searches(cap)
    delete_what_is_due()
    assert not SearchMiss.objects.exists()
    assert not HeldDeletion.objects.exists()


def test_more_than_that_waits_for_a_person_and_other_kinds_do_not(cap, caplog):
    old_searches(cap + 1)
    message = old_message("one", sent_at=timezone.now() - 91 * DAY)
    with caplog.at_level(logging.WARNING):
        delete_what_is_due()
    assert SearchMiss.objects.count() == cap + 1
    assert not Message.objects.filter(pk=message.pk).exists()
    assert "searches" in caplog.text
    (row,) = HeldDeletion.objects.waiting()
    assert (row.kind, row.words) == ("searches", "4 are due at once: searches without result.")


def test_a_person_lets_it_go(cap, capsys):
    old_searches(cap + 1)
    delete_what_is_due()
    call_command("housekeeping")
    assert "searches" in capsys.readouterr().out
    call_command("housekeeping", "--allow", "searches")
    delete_what_is_due()
    assert not SearchMiss.objects.exists()
    assert HeldDeletion.objects.waiting() == []


def test_a_persons_word_does_not_count_for_ever(cap):
    HeldDeletion.objects.create(kind="searches", allowed_at=timezone.now() - 2 * DAY)
    old_searches(cap + 1)
    delete_what_is_due()
    assert SearchMiss.objects.count() == cap + 1
    assert HeldDeletion.objects.waiting()


def test_it_waits_no_longer_when_there_is_little_left(cap):
    old_searches(cap + 1)
    delete_what_is_due()
    SearchMiss.objects.first().delete()
    delete_what_is_due()
    assert not SearchMiss.objects.exists()
    assert not HeldDeletion.objects.exists()


def test_a_kind_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    def fails() -> int:
        raise ValueError("out of order")

    broken = housekeeping.Deletion("broken", "what breaks", fails)
    monkeypatch.setattr(housekeeping, "DELETIONS", (broken, housekeeping.BY_KIND["searches"]))
    old_searches(2)
    with pytest.raises(ValueError, match="out of order"):
        delete_what_is_due()
    assert not SearchMiss.objects.exists()
    assert "broken" in caplog.text


# The clock


@pytest.mark.parametrize("away", [370 * DAY, 2 * DAY, -2 * DAY])
def test_after_a_jump_of_the_clock_nothing_is_deleted_until_a_person_says_that_it_is_right(post, away):
    WorkerBeat.objects.create(pk=1, at=timezone.now() - away)
    old_spam(post)
    worker.run_jobs()
    worker.run_jobs()
    assert Comment.objects.get().status == Status.SPAM
    assert "the worker last ran on" in HeldDeletion.objects.get(kind="clock").words
    call_command("housekeeping", "--allow", "clock", verbosity=0)
    delete_what_is_due()
    assert Comment.objects.get().status == Status.REMOVED


@pytest.mark.parametrize("away", [timedelta(minutes=5), timedelta(hours=23), -timedelta(minutes=30)])
def test_a_night_without_a_worker_and_clocks_that_differ_a_little_are_no_jump(away):
    WorkerBeat.objects.create(pk=1, at=timezone.now() - away)
    worker.run_jobs()
    assert not HeldDeletion.objects.exists()


def test_a_new_site_has_no_jump():
    worker.run_jobs()
    assert not HeldDeletion.objects.exists()


# Read-only mode


def test_in_read_only_mode_only_what_we_owe_is_deleted():
    row = Site.get()
    row.read_only = True
    row.save()
    WorkingCopy.objects.create(user=factories.user("ann"), key="a" * 32, saved_at=timezone.now() - 1000 * DAY)
    old_searches(1)
    delete_what_is_due()
    assert (WorkingCopy.objects.count(), SearchMiss.objects.count()) == (1, 0)


# Emails


def test_the_record_of_old_emails_goes_with_its_log_and_what_is_unsent_stays():
    sent, given_up = old_message("sent", sent_at=timezone.now()), old_message("given up", given_up=True)
    DeliveryAttempt.objects.create(message=sent, result="sent")
    waiting = old_message("waiting")
    new = Message.objects.create(key="new", to="ann@example.org", subject="Hello", sent_at=timezone.now())
    delete_what_is_due()
    assert set(Message.objects.all()) == {waiting, new}
    assert not DeliveryAttempt.objects.exists()
    assert given_up


def test_the_owner_sets_how_long_it_is_kept():
    row = Site.get()
    row.email_days = 0
    row.save()
    old_message("sent", sent_at=timezone.now())
    delete_what_is_due()
    assert Message.objects.exists(), "0 is for ever"


# Share pictures


def test_the_oldest_share_pictures_go_beyond_the_bound(tmp_path):
    for number in range(4):
        file = tmp_path / str(number % 2) / f"{number}-a.png"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x" * 10)
        os.utime(file, (number, number))
    assert delete_oldest(tmp_path, max_bytes=25) == 2
    assert sorted(file.name for file in tmp_path.rglob("*.png")) == ["2-a.png", "3-a.png"]
    assert delete_oldest(tmp_path / "none", max_bytes=25) == 0
