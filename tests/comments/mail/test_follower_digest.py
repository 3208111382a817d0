"""Once a day, in the reader's hour, one mail with all that came since the last; and none when nothing came."""

from datetime import UTC, datetime, timedelta

import pytest

from comments.mail import fanout, follower_mail, notifications
from comments.models import DigestItem, Mailbox, Message
from comments.models.subscription import Frequency
from comments.status import Via
from comments.subscriptions import catalogue
from tests import factories
from tests.comments.mail.test_comment_fanout import told, work

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


def test_all_that_came_since_comes_in_one_mail_in_the_readers_hour(post, ann, noon, server):
    other = factories.post("Two prisoners")
    daily(post, ann)
    daily(other, ann)
    daily(None, ann)
    factories.comment(post, body="Green tea.")
    factories.comment(post, body="Black tea.")
    factories.comment(other, body="Neither.")
    factories.post("Melon in winter", published_at=None)
    work()
    noon.pass_(hours=18, minutes=59)
    work()
    assert told() == []
    noon.pass_(minutes=1)
    work()
    assert told() == ["ann@example.net"]
    assert server.taken[0]["Subject"] == "1 new post and 3 new comments"
    text = words(server)
    for part in ("Melon in winter", "Green tea.", "Black tea.", "Neither.", 'On "Two prisoners":'):
        assert text.count(part) == 1
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 72


def test_the_next_mail_holds_only_what_is_new_and_none_comes_when_nothing_is(post, ann, noon, server):
    daily(post, ann)
    factories.comment(post, body="Green tea.")
    work()
    noon.pass_(days=1)
    work()
    noon.pass_(days=1)
    work()
    assert len(told()) == 1
    factories.comment(post, body="Black tea.")
    work()
    noon.pass_(days=1)
    work()
    assert len(told()) == 2
    assert "Green tea." not in words(server)


def test_the_hour_is_the_readers_own_across_a_change_of_clocks(post, ann, noon, server):
    daily(post, ann)
    catalogue.set_digest_hour(ann, hour=7, zone="Europe/Berlin", now=noon.now)
    for day, hour in ((24, 5), (25, 6), (26, 6)):  # on the 25th Berlin goes back to UTC+1
        noon.now = datetime(2026, 10, day - 1, 12, tzinfo=UTC)
        factories.comment(post)
        work()
        noon.now = datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(seconds=1)
        work()
        before = len(told())
        noon.pass_(seconds=1)
        work()
        assert len(told()) == before + 1


def test_without_a_choice_it_is_the_sites_clock(post, ann, noon, settings):
    settings.TIME_ZONE = "Asia/Tashkent"  # UTC+5
    daily(post, ann)
    factories.comment(post)
    work()
    assert DigestItem.objects.get().due_at == datetime(2026, 10, 21, 2, tzinfo=UTC)


def test_a_new_hour_holds_for_what_waits_already(post, ann, noon):
    daily(post, ann)
    factories.comment(post)
    work()
    catalogue.set_digest_hour(ann, hour=13, zone="", now=noon.now)
    noon.pass_(hours=1)
    work()
    assert told() == ["ann@example.net"]


def test_a_zone_that_this_machine_does_not_know_falls_back_to_the_sites(post, ann, noon):
    daily(post, ann)
    Mailbox.objects.update(zone="Mars/Olympus_Mons")
    factories.comment(post)
    work()
    assert DigestItem.objects.get().due_at == datetime(2026, 10, 21, 7, tzinfo=UTC)


def test_what_is_removed_meanwhile_is_left_out(post, ann, noon, server):
    daily(post, ann)
    gone, kept = factories.comment(post, body="Gone."), factories.comment(post, body="Kept.")
    work()
    factories.remove(gone, via=Via.DESK)
    noon.pass_(days=1)
    work()
    assert server.taken[0]["Subject"] == "1 new comment"
    assert "Kept." in words(server)
    assert "Gone." not in words(server)
    factories.remove(kept, via=Via.DESK)


def test_when_all_of_it_is_removed_there_is_no_mail(post, ann, noon, server):
    daily(post, ann)
    gone = factories.comment(post)
    work()
    factories.remove(gone, via=Via.DESK)
    noon.pass_(days=1)
    work()
    assert server.taken == []


def test_what_was_stopped_meanwhile_is_left_out(post, ann, noon, server):
    other = factories.post("Two prisoners")
    stopped = daily(post, ann)
    daily(other, ann)
    factories.comment(post, body="Not wanted.")
    factories.comment(other, body="Wanted.")
    work()
    catalogue.unsubscribe(ann, [stopped.pk])
    noon.pass_(days=1)
    work()
    assert "Not wanted." not in words(server)
    assert "Wanted." in words(server)


def test_what_is_stopped_while_the_mail_waits_is_left_out_too(post, ann, noon, server):
    other = factories.post("Two prisoners")
    stopped = daily(post, ann)
    daily(other, ann)
    factories.comment(post, body="Stopped too late for the mail.")
    factories.comment(other, body="Wanted.")
    work()
    noon.pass_(days=1)
    assert fanout.enqueue_due_digests() == 1
    catalogue.unsubscribe(ann, [stopped.pk])
    work()
    assert "Stopped too late" not in words(server)
    assert "tea house" not in words(server)
    assert server.taken[0]["Subject"] == "1 new comment"


def test_at_once_chosen_in_between_brings_what_waits_with_the_daily_mail(post, ann, noon, server):
    one = daily(post, ann)
    factories.comment(post)
    work()
    catalogue.change_frequency(one, Frequency.AT_ONCE)
    factories.comment(post)
    work()
    assert len(told()) == 1
    noon.pass_(days=1)
    work()
    assert len(told()) == 2


def test_a_long_mail_says_how_much_more_there_is(post, ann, noon, server, monkeypatch):
    monkeypatch.setattr(follower_mail, "MAX_SHOWN", 3)
    daily(post, ann)
    for number in range(5):
        factories.comment(post, body=f"Number {number}.")
    work()
    noon.pass_(days=1)
    work()
    assert "Number 2." in words(server)
    assert "Number 3." not in words(server)
    assert "2 more are to be read on the site." in words(server)


def test_a_long_comment_among_many_is_cut(post, ann, noon, server):
    daily(post, ann)
    factories.comment(post, body="tea " * 1_000)
    work()
    noon.pass_(days=1)
    work()
    assert words(server).count("tea") < follower_mail.EXCERPT_WORDS + 5


def test_two_workers_send_one_mail(post, ann, noon):
    daily(post, ann)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    noon.pass_(days=1)
    assert fanout.enqueue_digest(ann.pk)
    assert not fanout.enqueue_digest(ann.pk)
    assert Message.objects.count() == 1
