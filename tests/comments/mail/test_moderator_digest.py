"""Moderators choose how often they get email; a digest holds what came since the last one, once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.lifecycle.submit import submit
from comments.mail import notifications
from comments.models import Comment, Message, NotificationPreference
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import page

MINE = "/admin/comments/notice/mine/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def mona():
    """A moderator who chose hourly email."""
    return moderator("mona", NotificationPreference.Frequency.HOURLY)


@pytest.fixture
def later(monkeypatch):
    """Moves the site's clock on from when the test began."""
    start = timezone.now()
    return lambda span: monkeypatch.setattr(timezone, "now", lambda: start + span)


def moderator(name: str, often: str):
    user = factories.user(name, group="Moderator")
    NotificationPreference.objects.create(user=user, often=often)
    return user


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def mails() -> list[Message]:
    return list(Message.objects.order_by("id"))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_moderators_who_chose_straight_away_get_an_email_for_each_comment(post, mona):
    moderator("abel", NotificationPreference.Frequency.AT_ONCE)
    moderator("dana", NotificationPreference.Frequency.DAILY)
    moderator("nina", NotificationPreference.Frequency.NEVER)
    waiting(post)
    notifications.notify_of_decisions()
    assert [message.to for message in mails()] == ["abel@example.org"]


def test_the_hourly_digest_holds_everything_that_came(post, mona, later):
    comments = [waiting(post, body=f"Word {number}.") for number in range(3)]
    assert notifications.enqueue_moderator_digests() == 0
    later(2 * HOUR)
    assert notifications.enqueue_moderator_digests() == 1
    (message,) = mails()
    assert (message.to, message.subject) == ("mona@example.org", "3 comments to moderate on Registan")
    assert message.text.count("/moderate/") == message.html.count("/moderate/") == 3
    assert all(f"> {comment.body}" in message.text for comment in comments)


def test_no_comment_is_in_two_digests(post, mona, later):
    waiting(post)
    for hours in (2, 2, 4, 30):
        later(hours * HOUR)
        notifications.enqueue_moderator_digests()
    assert len(mails()) == 1


def test_later_comments_are_in_the_next_digest(post, mona, later):
    waiting(post, body="The first.")
    later(2 * HOUR)
    notifications.enqueue_moderator_digests()
    waiting(post, body="The second.")
    later(4 * HOUR)
    notifications.enqueue_moderator_digests()
    first, second = mails()
    assert "The first." in first.text
    assert "The first." not in second.text
    assert "The second." in second.text


def test_no_digest_is_sent_when_nothing_is_waiting(post, mona, later):
    factories.approve(waiting(post), via=Via.DESK)
    later(2 * HOUR)
    assert notifications.enqueue_moderator_digests() == 1
    assert mails() == []


def test_a_comment_put_back_into_the_queue_is_in_one_digest(post, mona, later):
    comment = waiting(post)
    factories.approve(comment, via=Via.DESK)
    factories.hold(comment, via=Via.DESK)
    later(2 * HOUR)
    notifications.enqueue_moderator_digests()
    assert mails()[0].subject == "1 comment to moderate on Registan"


def test_imported_comments_are_in_no_digest(post, mona, later):
    submit(to=Status.PENDING, via=Via.IMPORT, quiet=True, post=post, parent=None, name="Bob", body="Old.")
    later(2 * HOUR)
    notifications.enqueue_moderator_digests()
    assert mails() == []


def test_decisions_wait_until_they_are_committed(post, mona, later):
    later(HOUR + notifications.COMMIT_DELAY)
    waiting(post)
    assert notifications.enqueue_moderator_digests() == 1
    assert mails() == []
    later(3 * HOUR)
    notifications.enqueue_moderator_digests()
    assert len(mails()) == 1


def test_daily_digests_are_sent_once_a_day(post, later):
    moderator("dana", NotificationPreference.Frequency.DAILY)
    waiting(post)
    later(23 * HOUR)
    assert notifications.enqueue_moderator_digests() == 0
    later(DAY + HOUR)
    assert notifications.enqueue_moderator_digests() == 1
    assert len(mails()) == 1


def test_former_moderators_get_no_digest(post, mona, later):
    mona.groups.clear()
    waiting(post)
    later(2 * HOUR)
    notifications.enqueue_moderator_digests()
    assert mails() == []


def test_many_comments_are_counted_and_the_first_ones_shown(post, mona, later):
    for _ in range(notifications.FULL_IN_DIGEST + 2):
        waiting(post)
    later(2 * HOUR)
    notifications.enqueue_moderator_digests()
    (message,) = mails()
    assert message.subject == f"{notifications.FULL_IN_DIGEST + 2} comments to moderate on Registan"
    assert message.text.count("/moderate/") == notifications.FULL_IN_DIGEST
    assert "2 more are waiting in the queue." in message.text


def test_a_digest_takes_the_same_queries_for_few_comments_as_for_many(post, mona, later, django_assert_max_num_queries):
    for _ in range(20):
        waiting(post)
    later(2 * HOUR)
    with django_assert_max_num_queries(15):
        notifications.enqueue_moderator_digests()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_digest(post, mona, later):
    waiting(post)
    later(2 * HOUR)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        notifications.enqueue_moderator_digests()
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert len(mails()) == 1


# The preference


def test_moderators_set_their_own_preference(db):
    mona, edita = (factories.user(name, group="Moderator") for name in ("mona", "edita"))
    client = signed_in(mona)
    assert 'value="at once" id="id_often_0" required checked' in page(client.get(MINE))
    response = client.post(MINE, {"often": "daily", "user": str(edita.pk)})
    assert (response.status_code, response["Location"]) == (303, MINE)
    assert list(NotificationPreference.objects.values_list("user", "often")) == [(mona.pk, "daily")]
    assert "Emails about waiting comments: daily, if anything is waiting." in page(client.get(MINE))


@pytest.mark.parametrize("often", ["", "weekly", "\0", "9" * 300])
def test_unknown_choices_are_refused_with_a_message(mona, often):
    response = signed_in(mona).post(MINE, {"often": often})
    assert response.status_code == 400
    assert "Choose" in page(response)
    assert NotificationPreference.objects.get().often == NotificationPreference.Frequency.HOURLY


def test_a_new_choice_starts_now_and_the_same_choice_changes_nothing(post, mona, later):
    waiting(post)
    later(HOUR / 2)
    NotificationPreference.of(mona).choose(NotificationPreference.Frequency.HOURLY)
    later(2 * HOUR)
    notifications.enqueue_moderator_digests()
    assert len(mails()) == 1
    waiting(post)
    later(3 * HOUR)
    NotificationPreference.of(mona).choose(NotificationPreference.Frequency.DAILY)
    later(5 * DAY)
    notifications.enqueue_moderator_digests()
    assert len(mails()) == 1


def test_the_page_of_a_moderators_account_links_to_the_preference(mona):
    assert f'href="{MINE}"' in page(signed_in(mona).get("/accounts/"))
    assert f'href="{MINE}"' not in page(signed_in(factories.user("alice", group="Author")).get("/accounts/"))
