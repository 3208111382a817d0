"""Approved comments are sent to their subscribers: only what is public, once, and never to the commenter."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments.lifecycle import edits
from comments.lifecycle.decide import decide
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.mail import fanout, notifications, outbox
from comments.models import Comment, DigestItem, Fanout, Mailbox, Message, Reader, Subscription
from comments.models.subscription import Frequency, Kind
from comments.status import Status, Via
from comments.subscriptions import changes
from comments.web import tokens
from tests import factories
from tests.comments.mail.outbox_helpers import comment_asking_for_replies, run_mail_tasks, sent_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return factories.reader("ann@example.net")


@pytest.fixture(autouse=True)
def mailer(mailer):
    """Mail goes to a real server on loopback."""


def waiting(post: Post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


# Recipients


def test_subscribers_of_a_post_get_its_new_comments(post, ann, server):
    factories.subscription(post, by=ann)
    factories.subscription(factories.post())
    comment = factories.comment(post, body="Green tea, surely.")
    run_mail_tasks()
    (sent,) = server.taken
    assert sent["To"] == "ann@example.net"
    words = sent.get_body(("plain",)).get_content()
    assert "Green tea, surely." in words
    comment.refresh_from_db()
    since = int(comment.decided_at.timestamp()) - 1
    assert f"/comments/{comment.pk}/?since={since}\n" in words.replace("\r", "")
    assert not Fanout.objects.exists()


def test_commenters_do_not_get_their_own_comments(post):
    own = factories.comment(post, email="ann@example.net", wants_reply_emails=True, is_verified=True)
    own.reader.verify()
    factories.subscription(post, by=own.reader)
    factories.comment(post, email="ANN@example.net", parent=own, is_verified=True)
    run_mail_tasks()
    assert sent_to() == []


def test_commenters_who_asked_get_replies_and_nothing_else(post, server):
    mine = comment_asking_for_replies(post, email="Ann@Example.net")
    factories.comment(post)
    factories.comment(post, parent=factories.comment(post, parent=mine, name="Carl", email="carl@example.net"))
    run_mail_tasks()
    assert sent_to() == ["Ann@Example.net"]
    assert "Carl replied to your comment" in server.taken[0].get_body(("plain",)).get_content()


def test_no_replies_are_sent_without_a_wish_or_a_verified_address(post):
    silent = factories.comment(post, email="silent@example.net", is_verified=True)
    silent.reader.verify()
    typed = factories.comment(post, email="typed@example.net", wants_reply_emails=True)
    for parent in (silent, typed):
        factories.comment(post, parent=parent)
    run_mail_tasks()
    assert sent_to() == []


def test_a_comment_by_somebody_else_with_a_verified_address_brings_its_owner_no_replies(post):
    owner = factories.reader("ann@example.net")
    Reader.objects.filter(pk=owner.pk).update(verified_at=timezone.now() - timedelta(hours=1))
    foreign = factories.comment(post, email="ann@example.net", wants_reply_emails=True)
    factories.comment(post, parent=foreign)
    run_mail_tasks()
    assert sent_to() == []
    assert not Subscription.objects.exists()


def test_replies_are_sent_once_the_address_is_verified(visitor, post):
    mine = factories.comment(post, email="ann@example.net", wants_reply_emails=True)
    factories.comment(post, parent=mine)
    run_mail_tasks()
    assert sent_to() == []
    visitor.post(f"/you/prove/{tokens.make_token(tokens.VERIFY, mine.reader_id, mine.pk)}/")
    assert [subscription.kind for subscription in Subscription.objects.all()] == [Kind.REPLIES]
    factories.comment(post, parent=mine)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_a_reply_to_a_subscriber_of_the_post_is_one_email(post, server):
    mine = comment_asking_for_replies(post, email="ann@example.net")
    factories.subscription(post, by=mine.reader)
    run_mail_tasks()
    factories.comment(post, parent=mine)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]
    assert "replied to your comment" in server.taken[0].get_body(("plain",)).get_content()


def test_straight_away_wins_over_the_daily_digest(post):
    mine = comment_asking_for_replies(post, email="ann@example.net")
    run_mail_tasks()
    Subscription.objects.update(often=Frequency.DAILY)
    factories.subscription(post, by=mine.reader)
    factories.comment(post, parent=mine)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]
    assert not DigestItem.objects.exists()


# Public comments only


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED])
def test_comments_are_sent_only_once_they_are_public(post, ann, status):
    factories.subscription(post, by=ann)
    held = factories.comment(post, status=status)
    run_mail_tasks()
    assert sent_to() == []
    factories.approve(held, via=Via.DESK)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_a_held_reply_is_sent_when_it_is_approved(post):
    mine = comment_asking_for_replies(post, email="ann@example.net")
    reply = waiting(post, parent=mine)
    run_mail_tasks()
    assert sent_to() == []
    factories.approve(reply, via=Via.MAIL)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_comments_removed_before_the_fanout_starts_are_not_sent(post, ann):
    factories.subscription(post, by=ann)
    comment = factories.comment(post)
    notifications.notify_of_decisions()
    factories.remove(comment, via=Via.DESK)
    run_mail_tasks()
    assert not Message.objects.filter(reader=ann).exists()


def test_email_about_a_comment_that_was_removed_is_dropped_and_logged(post, ann, server):
    factories.subscription(post, by=ann)
    comment = factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    assert Message.objects.get().text == ""  # the words are written when it is sent
    factories.remove(comment, via=Via.DESK)
    outbox.send_due_messages()
    message = Message.objects.get()
    assert server.taken == []
    assert (message.given_up, message.sent_at) == (True, None)
    assert [(entry.result, entry.words) for entry in message.delivery_log.all()] == [
        ("dropped", "Not sent: it is no longer public, or the reader has unsubscribed.")
    ]


def test_email_about_an_edited_comment_shows_the_new_text(post, ann, server):
    factories.subscription(post, by=ann)
    comment = factories.comment(post, body="My number is 12345.")
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    edits.edit(comment, "My number is private.", by=None)
    outbox.send_due_messages()
    assert "12345" not in server.taken[0].as_string()
    assert "private" in server.taken[0].as_string()


def test_comments_on_a_post_that_is_no_longer_public_are_not_sent(post, ann, time):
    factories.subscription(post, by=ann)
    factories.comment(post)
    Post.objects.update(status=Post.Status.DRAFT)
    run_mail_tasks()
    assert sent_to() == []
    time.pass_(days=8)
    run_mail_tasks()
    assert not Fanout.objects.exists()
    Post.objects.update(status=Post.Status.PUBLISHED)
    run_mail_tasks()
    assert sent_to() == []


def test_a_post_hidden_for_an_hour_delays_its_email(post, ann, time):
    factories.subscription(post, by=ann)
    factories.comment(post)
    Post.objects.update(status=Post.Status.DRAFT)
    run_mail_tasks()
    Post.objects.update(status=Post.Status.PUBLISHED)
    time.pass_(hours=1)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


# Once


def test_a_comment_approved_again_is_sent_once(post, ann):
    factories.subscription(post, by=ann)
    comment = factories.comment(post)
    run_mail_tasks()
    for _ in range(2):
        factories.remove(comment, via=Via.DESK)
        run_mail_tasks()
        factories.approve(comment, via=Via.DESK)
        run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_undoing_a_removal_sends_nothing_to_later_subscribers(post, ann):
    ids = [factories.comment(post).pk for _ in range(3)]
    run_mail_tasks()
    mona = factories.user("mona", group="Moderator")
    removed = decide(ids, Status.REMOVED, via=Via.DESK, by=mona)
    run_mail_tasks()
    factories.subscription(post, by=ann)
    undo([decision.decisions.first() for decision in removed.done], by=mona)
    run_mail_tasks()
    assert sent_to() == []
    assert Comment.objects.approved().count() == 3


def test_later_subscribers_get_no_earlier_comments(post, ann, time):
    factories.comment(post)
    time.pass_(seconds=5)
    factories.subscription(post, by=ann)
    run_mail_tasks()
    assert sent_to() == []


def test_imported_comments_are_not_sent(post, ann):
    factories.subscription(post, by=ann)
    submit(post=post, to=Status.APPROVED, via=Via.IMPORT, quiet=True, name="Bob", body="Long ago.")
    run_mail_tasks()
    assert sent_to() == []


def test_nothing_is_sent_after_unsubscribing(post, ann):
    factories.subscription(post, by=ann)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    changes.unsubscribe_from_all(ann)
    outbox.send_due_messages()
    assert sent_to() == []
    assert Message.objects.get().given_up


# Many subscribers


def crowd(post: Post, count: int, often: str = Frequency.AT_ONCE) -> None:
    """So many readers who follow the post."""
    readers = Reader.objects.bulk_create(
        Reader(email=f"r{number}@example.net", verified_at=timezone.now()) for number in range(count)
    )
    Mailbox.objects.bulk_create(Mailbox(reader=reader, address=reader.email) for reader in readers)
    Subscription.objects.bulk_create(
        Subscription(reader=reader, kind=Kind.POST, conversation=post.thread, often=often) for reader in readers
    )


@pytest.mark.parametrize("often", Frequency.values)
def test_a_step_reaches_two_hundred_readers_in_a_few_queries(post, often):
    crowd(post, 2 * fanout.READERS_PER_STEP + 50, often)
    factories.comment(post)
    notifications.notify_of_decisions()
    (round_,) = Fanout.objects.all()
    steps = []
    while Fanout.objects.exists():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert fanout.advance_fanout(round_.pk)
        steps.append(len(queries))
    assert len(steps) == 3
    assert max(steps) <= 13
    model = Message if often == Frequency.AT_ONCE else DigestItem
    assert model.objects.count() == 2 * fanout.READERS_PER_STEP + 50


def test_a_decision_costs_the_same_however_many_subscribe(post, django_assert_num_queries):
    crowd(post, 300)
    factories.comment(post)
    with CaptureQueriesContext(connection) as queries:
        notifications.notify_of_decisions()
    crowd_of_none = factories.post()
    factories.subscription(crowd_of_none)
    factories.comment(crowd_of_none)
    with django_assert_num_queries(len(queries)):
        notifications.notify_of_decisions()


def test_a_worker_killed_half_way_sends_nothing_twice(post, monkeypatch):
    crowd(post, fanout.READERS_PER_STEP + 10)
    factories.comment(post)
    notifications.notify_of_decisions()
    (round_,) = Fanout.objects.all()
    fanout.advance_fanout(round_.pk)
    Fanout.objects.update(after=0)  # as if the cursor had been lost with the worker
    while fanout.run_due_fanouts():
        pass
    assert (
        Message.objects.count() == Message.objects.values("reader").distinct().count() == fanout.READERS_PER_STEP + 10
    )


def test_single_emails_are_sent_before_bulk_email(post, server):
    crowd(post, outbox.BATCH_SIZE + 5)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    Message.objects.create(key="one", to="mona@example.org", subject="For Mona", text="Words.")
    outbox.send_due_messages()
    assert server.taken[0]["Subject"] == "For Mona"


# Limits


def test_emails_beyond_the_hourly_limit_come_as_one_in_the_next_hour(post, ann, server, time):
    factories.subscription(post, by=ann)
    for _ in range(fanout.MAILS_AN_HOUR + 5):
        factories.comment(post)
    run_mail_tasks()
    assert len(sent_to()) == fanout.MAILS_AN_HOUR
    time.pass_(hours=1, minutes=1)
    run_mail_tasks()
    assert len(sent_to()) == fanout.MAILS_AN_HOUR + 1
    assert server.taken[-1]["Subject"] == "5 new comments"


def test_emails_beyond_the_daily_limit_come_with_the_daily_digest(post, ann, server, monkeypatch, time):
    monkeypatch.setattr(fanout, "MAILS_A_DAY", 12)
    time.now = time.now.replace(hour=8)  # an hour after the digest, so that none comes meanwhile
    factories.subscription(post, by=ann)
    for _ in range(4):
        for _ in range(5):
            factories.comment(post)
        run_mail_tasks()
        time.pass_(hours=1, minutes=1)
    assert len(sent_to()) == 12
    time.pass_(hours=24)
    run_mail_tasks()
    assert len(sent_to()) == 13
    assert server.taken[-1]["Subject"] == "8 new comments"


def test_nothing_is_sent_to_a_paused_address(post, ann):
    factories.subscription(post, by=ann)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    Mailbox.objects.update(paused_at=timezone.now())
    outbox.send_due_messages()
    factories.comment(post)
    run_mail_tasks()
    assert sent_to() == []
    assert Message.objects.count() == 1


def test_typing_a_subscribers_address_does_not_keep_the_comment_from_them(post, ann, server):
    factories.subscription(post, by=ann)
    factories.comment(post, email="ann@example.net", body="I am not Ann.")
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_a_subscription_typed_with_anothers_address_is_not_theirs(post, server):
    comment = factories.comment(post, email="ann@example.net", wants_reply_emails=True)
    ann = factories.reader("ann@example.net")
    notifications.notify_verified_reader(ann)
    factories.comment(post, parent=comment)
    run_mail_tasks()
    assert sent_to() == []
    assert not Subscription.objects.filter(reader=ann).exists()
