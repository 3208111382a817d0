"""New posts are sent to their subscribers: once ever, when they are published, and nothing from archives."""

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
from tests.comments.mail.outbox_helpers import run_mail_tasks, sent_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailer")]


@pytest.fixture
def ann():
    """A reader who follows all posts."""
    reader = factories.reader("ann@example.net")
    factories.subscription(by=reader)
    return reader


def published(**fields) -> Post:
    """A post as an author publishes it: now."""
    return factories.post(**{"published_at": None, **fields})


def test_a_new_post_is_sent_once_to_subscribers_of_all_posts(ann, server):
    authors = [factories.author("Alice"), factories.author("Bob")]
    published(title="Melon in winter", body="It keeps till March.", authors=authors)
    run_mail_tasks()
    (sent,) = server.taken
    assert sent["Subject"] == "Melon in winter"
    words = sent.get_body(("plain",)).get_content()
    assert "It keeps till March." in words
    assert "by Alice and Bob" in words
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_a_new_post_is_sent_to_subscribers_of_its_tags_and_authors_only():
    tea, alice = factories.tag(), factories.author()
    for to, name in ((tea, "tea"), (alice, "alice"), (factories.tag(), "other"), (factories.author(), "bob")):
        factories.subscription(to, by=factories.reader(f"{name}@example.net"))
    published(tags=[tea], authors=[alice])
    run_mail_tasks()
    assert sent_to() == ["alice@example.net", "tea@example.net"]


def test_readers_with_several_matching_subscriptions_get_one_email(ann):
    tea, alice = factories.tag(), factories.author()
    factories.subscription(tea, by=ann, often=Frequency.DAILY)
    factories.subscription(alice, by=ann)
    published(tags=[tea], authors=[alice])
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_a_scheduled_post_is_sent_when_it_is_published(ann, time):
    published(published_at=time.now + timedelta(hours=3))
    run_mail_tasks()
    assert sent_to() == []
    time.pass_(hours=3)
    schedule.read_clock()
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_drafts_are_not_sent(ann):
    factories.draft()
    run_mail_tasks()
    assert sent_to() == []


def test_a_post_published_again_is_not_sent_again(ann, time):
    post = published()
    run_mail_tasks()
    for _ in range(2):
        post.status = Post.Status.DRAFT
        post.save()
        run_mail_tasks()
        time.pass_(days=2)
        post.status, post.published_at = Post.Status.PUBLISHED, time.now
        post.save()
        run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=1), timedelta(days=4000)])
def test_backdated_posts_are_not_sent(ann, back, time):
    run_mail_tasks()
    published(published_at=time.now - back)
    run_mail_tasks()
    assert sent_to() == []
    time.pass_(days=1)
    run_mail_tasks()
    assert sent_to() == []


def test_a_worker_that_was_down_for_days_misses_no_post(ann, time):
    run_mail_tasks()
    first = published(title="First")
    time.pass_(days=3)
    published(title="Second")
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"] * 2
    assert first.fanout.finished_at


def test_a_post_unpublished_before_its_email_is_not_sent(ann, server):
    post = published()
    fanout.start_post_fanouts()
    fanout.run_due_fanouts()
    post.status = Post.Status.DRAFT
    post.save()
    outbox.send_due_messages()
    assert server.taken == []
    assert Message.objects.get().given_up


def test_a_clock_set_ahead_and_back_loses_no_post(ann, time):
    time.pass_(days=2)
    run_mail_tasks()
    time.pass_(days=-2)
    run_mail_tasks()
    published()
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]


def test_posts_of_the_demo_and_the_sample_are_not_sent(ann):
    PostScan.objects.update(until=timezone.now() - timedelta(days=36_000))
    call_command("demo", stdout=io.StringIO())
    published(title="The first of our own")
    run_mail_tasks()
    assert list(Message.objects.filter(reader=ann).values_list("subject", flat=True)) == ["The first of our own"]


def test_a_scan_without_new_posts_takes_two_queries(ann, django_assert_num_queries):
    published()
    run_mail_tasks()
    with django_assert_num_queries(2):
        assert fanout.start_post_fanouts() == 0
    with django_assert_num_queries(1):
        assert fanout.run_due_fanouts() == 0
    with django_assert_num_queries(1):
        assert fanout.enqueue_due_digests() == 0
    assert Fanout.objects.count() == 1
