"""New posts are told to those who follow them: once ever, when they come due, and nothing of archives."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from blog import schedule
from blog.models import Post
from comments.mail import fanout, outbox
from comments.models import Fanout, Message, PostScan
from comments.models.subscription import Frequency
from tests import factories
from tests.comments.mail.test_comment_fanout import told, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailer")]


@pytest.fixture
def ann():
    """She follows all posts."""
    reader = factories.reader("ann@example.net")
    factories.subscription(by=reader)
    return reader


def published(**fields) -> Post:
    """A post as an author publishes it: now."""
    return factories.post(**{"published_at": None, **fields})


def test_a_new_post_is_told_once_to_whoever_follows_all(ann, server):
    published(title="Melon in winter", body="It keeps till March.")
    work()
    (sent,) = server.taken
    assert sent["Subject"] == "Melon in winter"
    words = sent.get_body(("plain",)).get_content()
    assert "It keeps till March." in words
    assert "by Alice" in words
    work()
    assert told() == ["ann@example.net"]


def test_those_who_follow_its_subject_or_its_author_are_told_and_no_others():
    tea, alice = factories.tag(), factories.author()
    for to, name in ((tea, "tea"), (alice, "alice"), (factories.tag(), "other"), (factories.author(), "bob")):
        factories.subscription(to, by=factories.reader(f"{name}@example.net"))
    published(tags=[tea], authors=[alice])
    work()
    assert told() == ["alice@example.net", "tea@example.net"]


def test_whoever_follows_it_in_several_ways_gets_one_mail(ann):
    tea, alice = factories.tag(), factories.author()
    factories.subscription(tea, by=ann, often=Frequency.DAILY)
    factories.subscription(alice, by=ann)
    published(tags=[tea], authors=[alice])
    work()
    assert told() == ["ann@example.net"]


def test_a_scheduled_post_is_told_when_it_comes_due(ann, time):
    published(published_at=time.now + timedelta(hours=3))
    work()
    assert told() == []
    time.pass_(hours=3)
    schedule.read_clock()
    work()
    assert told() == ["ann@example.net"]


def test_a_draft_is_told_to_nobody(ann):
    factories.draft()
    work()
    assert told() == []


def test_what_is_published_again_is_told_once_ever(ann, time):
    post = published()
    work()
    for _ in range(2):
        post.status = Post.Status.DRAFT
        post.save()
        work()
        time.pass_(days=2)
        post.status, post.published_at = Post.Status.PUBLISHED, time.now
        post.save()
        work()
    assert told() == ["ann@example.net"]


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=1), timedelta(days=4000)])
def test_a_backdated_post_is_told_to_nobody(ann, back, time):
    work()
    published(published_at=time.now - back)
    work()
    assert told() == []
    time.pass_(days=1)
    work()
    assert told() == []


def test_a_worker_that_slept_for_days_misses_none(ann, time):
    work()
    first = published(title="First")
    time.pass_(days=3)
    published(title="Second")
    work()
    assert told() == ["ann@example.net"] * 2
    assert first.fanout.finished_at


def test_a_post_that_is_taken_back_before_it_is_told_is_not_told(ann, server):
    post = published()
    fanout.start_post_fanouts()
    fanout.run_due_fanouts()
    post.status = Post.Status.DRAFT
    post.save()
    outbox.send_due_messages()
    assert server.taken == []
    assert Message.objects.get().given_up


def test_a_clock_that_was_set_ahead_and_back_loses_no_post(ann, time):
    time.pass_(days=2)
    work()
    time.pass_(days=-2)
    work()
    published()
    work()
    assert told() == ["ann@example.net"]


def test_what_the_demo_and_the_sample_bring_is_told_to_nobody(ann):
    PostScan.objects.update(until=timezone.now() - timedelta(days=36_000))
    call_command("demo", stdout=io.StringIO())
    published(title="The first of our own")
    work()
    assert list(Message.objects.filter(reader=ann).values_list("subject", flat=True)) == ["The first of our own"]


def test_looking_when_nothing_is_new_costs_two_queries(ann, django_assert_num_queries):
    published()
    work()
    with django_assert_num_queries(2):
        assert fanout.start_post_fanouts() == 0
    with django_assert_num_queries(1):
        assert fanout.run_due_fanouts() == 0
    with django_assert_num_queries(1):
        assert fanout.enqueue_due_digests() == 0
    assert Fanout.objects.count() == 1
