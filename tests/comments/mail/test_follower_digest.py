"""Once a day, at the reader's hour, one email with everything since the last, and none without news."""

from datetime import UTC, datetime, timedelta

import pytest

from comments.mail import fanout, follower_mail, notifications
from comments.models import DigestItem, Mailbox, Message
from comments.models.subscription import Frequency
from comments.status import Via
from comments.subscriptions import changes
from tests import factories
from tests.comments.mail.outbox_helpers import run_mail_tasks, sent_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailer")]


@pytest.fixture
def noon(time):
    """It is noon, in UTC."""
    time.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    return time


@pytest.fixture
def ann(noon):
    return factories.reader("ann@example.net")


def daily(to, ann, **more):
    return factories.subscription(to, by=ann, often=Frequency.DAILY, **{"hour": 7, **more})


def words(server) -> str:
    return server.taken[-1].get_body(("plain",)).get_content()


def test_everything_since_the_last_digest_comes_in_one_email_at_the_readers_hour(post, ann, noon, server):
    other = factories.post("Two prisoners")
    daily(post, ann)
    daily(other, ann)
    daily(None, ann)
    factories.comment(post, body="Green tea.")
    factories.comment(post, body="Black tea.")
    factories.comment(other, body="Neither.")
    factories.post("Melon in winter", published_at=None)
    run_mail_tasks()
    noon.pass_(hours=18, minutes=59)
    run_mail_tasks()
    assert sent_to() == []
    noon.pass_(minutes=1)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]
    assert server.taken[0]["Subject"] == "1 new post and 3 new comments"
    text = words(server)
    for part in ("Melon in winter", "Green tea.", "Black tea.", "Neither.", 'On "Two prisoners":'):
        assert text.count(part) == 1
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 72


def test_the_next_digest_holds_only_what_is_new_and_none_is_sent_without_news(post, ann, noon, server):
    daily(post, ann)
    factories.comment(post, body="Green tea.")
    run_mail_tasks()
    noon.pass_(days=1)
    run_mail_tasks()
    noon.pass_(days=1)
    run_mail_tasks()
    assert len(sent_to()) == 1
    factories.comment(post, body="Black tea.")
    run_mail_tasks()
    noon.pass_(days=1)
    run_mail_tasks()
    assert len(sent_to()) == 2
    assert "Green tea." not in words(server)


def test_the_hour_is_in_the_readers_time_zone_across_a_clock_change(post, ann, noon, server):
    daily(post, ann)
    changes.set_digest_hour(ann, hour=7, zone="Europe/Berlin", now=noon.now)
    for day, hour in ((24, 5), (25, 6), (26, 6)):  # on the 25th Berlin goes back to UTC+1
        noon.now = datetime(2026, 10, day - 1, 12, tzinfo=UTC)
        factories.comment(post)
        run_mail_tasks()
        noon.now = datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(seconds=1)
        run_mail_tasks()
        before = len(sent_to())
        noon.pass_(seconds=1)
        run_mail_tasks()
        assert len(sent_to()) == before + 1


def test_the_default_is_the_sites_time_zone(post, ann, noon, settings):
    settings.TIME_ZONE = "Asia/Tashkent"  # UTC+5
    daily(post, ann)
    factories.comment(post)
    run_mail_tasks()
    assert DigestItem.objects.get().due_at == datetime(2026, 10, 21, 2, tzinfo=UTC)


def test_a_new_hour_applies_to_what_is_gathered_already(post, ann, noon):
    daily(post, ann)
    factories.comment(post)
    run_mail_tasks()
    changes.set_digest_hour(ann, hour=13, zone="", now=noon.now)
    noon.pass_(hours=1)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_an_unknown_time_zone_falls_back_to_the_sites(post, ann, noon):
    daily(post, ann)
    Mailbox.objects.update(zone="Mars/Olympus_Mons")
    factories.comment(post)
    run_mail_tasks()
    assert DigestItem.objects.get().due_at == datetime(2026, 10, 21, 7, tzinfo=UTC)


def test_comments_removed_meanwhile_are_left_out(post, ann, noon, server):
    daily(post, ann)
    gone, kept = factories.comment(post, body="Gone."), factories.comment(post, body="Kept.")
    run_mail_tasks()
    factories.remove(gone, via=Via.DESK)
    noon.pass_(days=1)
    run_mail_tasks()
    assert server.taken[0]["Subject"] == "1 new comment"
    assert "Kept." in words(server)
    assert "Gone." not in words(server)
    factories.remove(kept, via=Via.DESK)


def test_no_digest_is_sent_when_everything_was_removed(post, ann, noon, server):
    daily(post, ann)
    gone = factories.comment(post)
    run_mail_tasks()
    factories.remove(gone, via=Via.DESK)
    noon.pass_(days=1)
    run_mail_tasks()
    assert server.taken == []


def test_subscriptions_ended_meanwhile_are_left_out(post, ann, noon, server):
    other = factories.post("Two prisoners")
    stopped = daily(post, ann)
    daily(other, ann)
    factories.comment(post, body="Not wanted.")
    factories.comment(other, body="Wanted.")
    run_mail_tasks()
    changes.unsubscribe(ann, [stopped.pk])
    noon.pass_(days=1)
    run_mail_tasks()
    assert "Not wanted." not in words(server)
    assert "Wanted." in words(server)


def test_subscriptions_ended_while_the_email_waits_are_left_out_too(post, ann, noon, server):
    other = factories.post("Two prisoners")
    stopped = daily(post, ann)
    daily(other, ann)
    factories.comment(post, body="Stopped too late for the mail.")
    factories.comment(other, body="Wanted.")
    run_mail_tasks()
    noon.pass_(days=1)
    assert fanout.enqueue_due_digests() == 1
    changes.unsubscribe(ann, [stopped.pk])
    run_mail_tasks()
    assert "Stopped too late" not in words(server)
    assert "tea house" not in words(server)
    assert server.taken[0]["Subject"] == "1 new comment"


def test_after_switching_to_straight_away_the_gathered_items_come_with_the_digest(post, ann, noon, server):
    subscription = daily(post, ann)
    factories.comment(post)
    run_mail_tasks()
    changes.change_frequency(subscription, Frequency.AT_ONCE)
    factories.comment(post)
    run_mail_tasks()
    assert len(sent_to()) == 1
    noon.pass_(days=1)
    run_mail_tasks()
    assert len(sent_to()) == 2


def test_a_long_digest_says_how_much_more_there_is(post, ann, noon, server, monkeypatch):
    monkeypatch.setattr(follower_mail, "MAX_SHOWN", 3)
    daily(post, ann)
    for number in range(5):
        factories.comment(post, body=f"Number {number}.")
    run_mail_tasks()
    noon.pass_(days=1)
    run_mail_tasks()
    assert "Number 2." in words(server)
    assert "Number 3." not in words(server)
    assert "2 more on the site." in words(server)


def test_long_comments_are_cut_in_a_digest(post, ann, noon, server):
    daily(post, ann)
    factories.comment(post, body="tea " * 1_000)
    run_mail_tasks()
    noon.pass_(days=1)
    run_mail_tasks()
    assert words(server).count("tea") < follower_mail.EXCERPT_WORDS + 5


def test_two_workers_send_one_email(post, ann, noon):
    daily(post, ann)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    noon.pass_(days=1)
    assert fanout.enqueue_digest(ann.pk)
    assert not fanout.enqueue_digest(ann.pk)
    assert Message.objects.count() == 1
