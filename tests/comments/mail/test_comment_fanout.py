"""Comments are told to those who follow them: what everybody can read, once, and never one's own."""

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
from comments.subscriptions import catalogue
from comments.web import tokens
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return factories.reader("ann@example.net")


@pytest.fixture(autouse=True)
def mailer(mailer):
    """Mail goes to a real server on loopback."""


def waiting(post: Post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def asked(post: Post, **fields) -> Comment:
    """A comment whose writer is known and wants to be told of replies."""
    comment = factories.comment(post, wants_reply_emails=True, is_verified=True, **fields)
    comment.reader.verify()
    return comment


def work() -> None:
    """What the worker does, until nothing is left to do."""
    while (
        notifications.notify_of_decisions()
        + fanout.start_post_fanouts()
        + fanout.run_due_fanouts()
        + fanout.enqueue_due_digests()
        + outbox.send_due_messages()
    ):
        pass


def told() -> list[str]:
    """Whom the mails went to that were really sent."""
    return sorted(Message.objects.filter(sent_at__isnull=False).values_list("to", flat=True))


# Who is told


def test_whoever_follows_a_post_is_told_of_a_new_comment(post, ann, server):
    factories.subscription(post, by=ann)
    factories.subscription(factories.post())
    comment = factories.comment(post, body="Green tea, surely.")
    work()
    (sent,) = server.taken
    assert sent["To"] == "ann@example.net"
    words = sent.get_body(("plain",)).get_content()
    assert "Green tea, surely." in words
    since = int(comment.created_at.timestamp()) - 1
    assert f"/comments/{comment.pk}/?since={since}\n" in words.replace("\r", "")
    assert not Fanout.objects.exists()


def test_nobody_is_told_what_he_wrote_himself(post):
    own = factories.comment(post, email="ann@example.net", wants_reply_emails=True, is_verified=True)
    own.reader.verify()
    factories.subscription(post, by=own.reader)
    factories.comment(post, email="ANN@example.net", parent=own, is_verified=True)
    work()
    assert told() == []


def test_the_writer_who_asked_is_told_of_a_reply_and_of_no_other(post, server):
    mine = asked(post, email="Ann@Example.net")
    factories.comment(post)
    factories.comment(post, parent=factories.comment(post, parent=mine, name="Carl", email="carl@example.net"))
    work()
    assert told() == ["Ann@Example.net"]
    assert "Carl has answered your comment" in server.taken[0].get_body(("plain",)).get_content()


def test_who_did_not_ask_or_is_not_known_is_told_of_no_reply(post):
    silent = factories.comment(post, email="silent@example.net", is_verified=True)
    silent.reader.verify()
    typed = factories.comment(post, email="typed@example.net", wants_reply_emails=True)
    for parent in (silent, typed):
        factories.comment(post, parent=parent)
    work()
    assert told() == []


def test_what_somebody_else_wrote_under_a_proven_address_brings_its_owner_no_replies(post):
    owner = factories.reader("ann@example.net")
    Reader.objects.filter(pk=owner.pk).update(verified_at=timezone.now() - timedelta(hours=1))
    foreign = factories.comment(post, email="ann@example.net", wants_reply_emails=True)
    factories.comment(post, parent=foreign)
    work()
    assert told() == []
    assert not Subscription.objects.exists()


def test_replies_are_told_from_the_proof_on(visitor, post):
    mine = factories.comment(post, email="ann@example.net", wants_reply_emails=True)
    factories.comment(post, parent=mine)
    work()
    assert told() == []
    visitor.post(f"/you/prove/{tokens.make_token(tokens.VERIFY, mine.reader_id, mine.pk)}/")
    assert [one.kind for one in Subscription.objects.all()] == [Kind.REPLIES]
    factories.comment(post, parent=mine)
    work()
    assert told() == ["ann@example.net"]


def test_a_reply_to_somebody_who_follows_the_post_is_one_mail(post, server):
    mine = asked(post, email="ann@example.net")
    factories.subscription(post, by=mine.reader)
    work()
    factories.comment(post, parent=mine)
    work()
    assert told() == ["ann@example.net"]
    assert "has answered your comment" in server.taken[0].get_body(("plain",)).get_content()


def test_at_once_wins_over_once_a_day(post):
    mine = asked(post, email="ann@example.net")
    work()
    Subscription.objects.update(often=Frequency.DAILY)
    factories.subscription(post, by=mine.reader)
    factories.comment(post, parent=mine)
    work()
    assert told() == ["ann@example.net"]
    assert not DigestItem.objects.exists()


# Never about anything held


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED])
def test_what_is_not_public_is_told_to_nobody_until_it_is(post, ann, status):
    factories.subscription(post, by=ann)
    held = factories.comment(post, status=status)
    work()
    assert told() == []
    factories.approve(held, via=Via.DESK)
    work()
    assert told() == ["ann@example.net"]


def test_a_held_reply_is_told_when_it_is_approved(post):
    mine = asked(post, email="ann@example.net")
    reply = waiting(post, parent=mine)
    work()
    assert told() == []
    factories.approve(reply, via=Via.MAIL)
    work()
    assert told() == ["ann@example.net"]


def test_what_is_removed_before_the_round_begins_is_not_told(post, ann):
    factories.subscription(post, by=ann)
    comment = factories.comment(post)
    notifications.notify_of_decisions()
    factories.remove(comment, via=Via.DESK)
    work()
    assert not Message.objects.filter(reader=ann).exists()


def test_what_is_removed_while_its_mail_waits_is_dropped_and_the_log_says_so(post, ann, server):
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
    assert [(one.result, one.words) for one in message.delivery_log.all()] == [
        ("dropped", "Not sent: it is not public any more, or not wanted any more.")
    ]


def test_what_is_edited_while_its_mail_waits_is_told_as_it_is_now(post, ann, server):
    factories.subscription(post, by=ann)
    comment = factories.comment(post, body="My number is 12345.")
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    edits.edit(comment, "My number is private.", by=None)
    outbox.send_due_messages()
    assert "12345" not in server.taken[0].as_string()
    assert "private" in server.taken[0].as_string()


def test_comments_of_a_post_that_is_no_longer_public_are_not_told(post, ann, time):
    factories.subscription(post, by=ann)
    factories.comment(post)
    Post.objects.update(status=Post.Status.DRAFT)
    work()
    assert told() == []
    time.pass_(days=8)
    work()
    assert not Fanout.objects.exists()
    Post.objects.update(status=Post.Status.PUBLISHED)
    work()
    assert told() == []


def test_a_post_hidden_for_an_hour_delays_its_news(post, ann, time):
    factories.subscription(post, by=ann)
    factories.comment(post)
    Post.objects.update(status=Post.Status.DRAFT)
    work()
    Post.objects.update(status=Post.Status.PUBLISHED)
    time.pass_(hours=1)
    work()
    assert told() == ["ann@example.net"]


# Once


def test_a_comment_that_comes_back_is_told_once(post, ann):
    factories.subscription(post, by=ann)
    comment = factories.comment(post)
    work()
    for _ in range(2):
        factories.remove(comment, via=Via.DESK)
        work()
        factories.approve(comment, via=Via.DESK)
        work()
    assert told() == ["ann@example.net"]


def test_undoing_a_removal_is_no_news_to_those_who_came_later(post, ann):
    ids = [factories.comment(post).pk for _ in range(3)]
    work()
    mona = factories.user("mona", group="Moderator")
    removed = decide(ids, Status.REMOVED, via=Via.DESK, by=mona)
    work()
    factories.subscription(post, by=ann)
    undo([one.decisions.first() for one in removed.done], by=mona)
    work()
    assert told() == []
    assert Comment.objects.approved().count() == 3


def test_whoever_subscribes_later_is_not_told_of_what_was_there(post, ann, time):
    factories.comment(post)
    time.pass_(seconds=5)
    factories.subscription(post, by=ann)
    work()
    assert told() == []


def test_what_an_import_brought_is_told_to_nobody(post, ann):
    factories.subscription(post, by=ann)
    submit(post=post, to=Status.APPROVED, via=Via.IMPORT, quiet=True, name="Bob", body="Long ago.")
    work()
    assert told() == []


def test_whoever_stopped_meanwhile_is_not_told(post, ann):
    factories.subscription(post, by=ann)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    catalogue.unsubscribe_from_all(ann)
    outbox.send_due_messages()
    assert told() == []
    assert Message.objects.get().given_up


# To many


def crowd(post: Post, count: int, often: str = Frequency.AT_ONCE) -> None:
    """So many readers who follow the post."""
    readers = Reader.objects.bulk_create(
        Reader(email=f"r{number}@example.net", verified_at=timezone.now()) for number in range(count)
    )
    Mailbox.objects.bulk_create(Mailbox(reader=one, address=one.email) for one in readers)
    Subscription.objects.bulk_create(
        Subscription(reader=one, kind=Kind.POST, post=post, often=often) for one in readers
    )


@pytest.mark.parametrize("often", Frequency.values)
def test_a_step_tells_some_hundred_readers_in_a_few_queries(post, often):
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


def test_telling_a_decision_costs_the_same_however_many_follow(post, django_assert_num_queries):
    crowd(post, 300)
    factories.comment(post)
    with CaptureQueriesContext(connection) as queries:
        notifications.notify_of_decisions()
    crowd_of_none = factories.post()
    factories.subscription(crowd_of_none)
    factories.comment(crowd_of_none)
    with django_assert_num_queries(len(queries)):
        notifications.notify_of_decisions()


def test_a_worker_killed_in_the_middle_tells_nobody_twice(post, monkeypatch):
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


def test_what_is_for_one_goes_out_before_what_is_for_many(post, server):
    crowd(post, outbox.BATCH_SIZE + 5)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    Message.objects.create(key="one", to="mona@example.org", subject="For Mona", text="Words.")
    outbox.send_due_messages()
    assert server.taken[0]["Subject"] == "For Mona"


# Not too many


def test_beyond_so_many_in_an_hour_the_rest_comes_together_in_the_next(post, ann, server, time):
    factories.subscription(post, by=ann)
    for _ in range(fanout.MAILS_AN_HOUR + 5):
        factories.comment(post)
    work()
    assert len(told()) == fanout.MAILS_AN_HOUR
    time.pass_(hours=1, minutes=1)
    work()
    assert len(told()) == fanout.MAILS_AN_HOUR + 1
    assert server.taken[-1]["Subject"] == "5 new comments"


def test_beyond_so_many_in_a_day_the_rest_comes_with_the_daily_mail(post, ann, server, monkeypatch, time):
    monkeypatch.setattr(fanout, "MAILS_A_DAY", 12)
    factories.subscription(post, by=ann)
    for _ in range(4):
        for _ in range(5):
            factories.comment(post)
        work()
        time.pass_(hours=1, minutes=1)
    assert len(told()) == 12
    time.pass_(hours=24)
    work()
    assert len(told()) == 13
    assert server.taken[-1]["Subject"] == "8 new comments"


def test_an_address_that_is_paused_is_told_nothing(post, ann):
    factories.subscription(post, by=ann)
    factories.comment(post)
    while notifications.notify_of_decisions() + fanout.run_due_fanouts():
        pass
    Mailbox.objects.update(paused_at=timezone.now())
    outbox.send_due_messages()
    factories.comment(post)
    work()
    assert told() == []
    assert Message.objects.count() == 1


def test_whoever_only_typed_a_followers_address_does_not_keep_him_from_hearing_of_it(post, ann, server):
    factories.subscription(post, by=ann)
    factories.comment(post, email="ann@example.net", body="I am not Ann.")
    work()
    assert told() == ["ann@example.net"]


def test_a_wish_typed_with_somebody_elses_address_is_not_his(post, server):
    comment = factories.comment(post, email="ann@example.net", wants_reply_emails=True)
    ann = factories.reader("ann@example.net")
    notifications.notify_verified_reader(ann)
    factories.comment(post, parent=comment)
    work()
    assert told() == []
    assert not Subscription.objects.filter(reader=ann).exists()
