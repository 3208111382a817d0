"""Notices against receivers that fail, hang, and lead elsewhere: nothing is lost, and nothing is followed."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.lifecycle.reports import file_report
from comments.mail import notifications
from comments.models import Webhook, WebhookNotice
from comments.models.webhook import (
    GIVE_UP_AFTER,
    NOTICE_LEASE,
    NOTICE_RETENTION,
    REST_MINUTES,
    RETRY_NOTICE_MINUTES,
    SINGLE_NOTICES_AN_HOUR,
)
from comments.status import Status, Via
from comments.webhooks import delivery
from comments.webhooks.delivery import deliver_next_notice
from tests import factories
from tests.blog.fetch.loopback import ALLOWED, answer, redirect, url
from tests.comments.processes import free_port

pytestmark = pytest.mark.django_db
BUSY = answer(b"Busy", status=b"503 Service Unavailable")


def waiting(post, **fields):
    """A comment that waits, of which the worker has told."""
    comment = factories.comment(post, status=Status.PENDING, **fields)
    notifications.notify_of_decisions()
    return comment


def deliver_all() -> int:
    tried = 0
    while deliver_next_notice():
        tried += 1
    return tried


def events(receiver) -> list[str]:
    return [sent["event"] for sent in receiver.objects]


# A receiver that works


def test_a_waiting_comment_is_told_once(receive, post):
    receiver = receive()
    factories.webhook(url(receiver))
    waiting(post)
    assert receiver.requests == []
    assert deliver_all() == 1
    notifications.notify_of_decisions()
    assert deliver_all() == 0
    assert events(receiver) == ["comment.waiting"]
    webhook = Webhook.objects.get()
    assert (webhook.failures, webhook.last_result) == (0, "The receiver answered with the status 200.")


@pytest.mark.parametrize("via", [Via.DESK, Via.ADMIN, Via.MAIL])
def test_what_people_put_into_the_queue_is_not_told(receive, post, via):
    factories.webhook(url(receive()))
    comment = factories.comment(post)
    notifications.notify_of_decisions()
    factories.hold(comment, via=via)
    notifications.notify_of_decisions()
    assert WebhookNotice.objects.count() == 0


def test_a_report_is_told_in_its_own_transaction(receive, post):
    receiver = receive()
    factories.webhook(url(receiver), tells_waiting=False)
    comment = factories.comment(post)
    file_report(comment, kind="rude", words="Secret words.", sender="a")
    file_report(comment, kind="rude", words="Secret words.", sender="a")  # who is counted once
    deliver_all()
    assert events(receiver) == ["comment.reported"]
    assert "Secret" not in receiver.requests[0]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"tells_waiting": False}])
def test_who_does_not_want_to_hear_of_it_does_not(post, fields):
    factories.webhook(**fields)
    waiting(post)
    assert not WebhookNotice.objects.exists()


def test_each_webhook_is_told_and_one_that_fails_stops_no_other(receive, post):
    broken, whole = receive(BUSY), receive()
    factories.webhook(url(broken))
    factories.webhook(url(whole))
    waiting(post)
    assert deliver_all() == 2
    assert (len(broken.requests), len(whole.requests)) == (1, 1)
    assert WebhookNotice.objects.undelivered().get().webhook.address == url(broken)


# Receivers that fail


@pytest.mark.parametrize(
    "sent", [BUSY, answer(status=b"404 Not Found"), answer(status=b"429 Too Many"), b"", b"HTTP/1.1 2", b"x" * 100_000]
)
def test_what_is_no_acknowledgement_is_tried_again_under_the_same_id(receive, post, time, sent):
    answers = [sent, answer(b"ok")]
    receiver = receive(lambda request: [answers.pop(0)])
    factories.webhook(url(receiver))
    waiting(post)
    assert deliver_all() == 1
    notice = WebhookNotice.objects.get()
    assert (notice.delivered_at, notice.attempts, notice.last_error != "") == (None, 1, True)
    time.pass_(minutes=RETRY_NOTICE_MINUTES[0])
    assert deliver_all() == 1
    assert deliver_all() == 0
    first, second = (receiver.headers(number)["webhook-id"] for number in range(2))
    assert first == second == str(notice.uid)
    assert WebhookNotice.objects.get().delivered_at == time.now


def test_a_receiver_that_hangs_costs_a_bounded_time_and_then_rests(receive, post, time, monkeypatch):
    monkeypatch.setattr(delivery, "DELIVERY_SECONDS", 0.3)
    is_over = threading.Event()

    def hang(request):
        yield b"HTTP/1.1 2"
        is_over.wait(60)

    receiver = receive(hang)
    factories.webhook(url(receiver))
    for _ in range(3):
        waiting(post)
    assert deliver_all() == 1
    assert WebhookNotice.objects.undelivered().count() == 3
    time.pass_(minutes=REST_MINUTES[0])
    assert deliver_all() == 1
    assert Webhook.objects.get().rests_until == time.now + timedelta(minutes=REST_MINUTES[1])
    is_over.set()


def test_nothing_is_listening_and_nothing_is_lost(receive, post):
    receive()
    factories.webhook(f"http://{ALLOWED}:{free_port()}/")
    waiting(post)
    assert deliver_all() == 1
    assert WebhookNotice.objects.undelivered().count() == 1


def test_a_redirect_is_not_followed(receive, post):
    inside = receive(address="127.0.0.1")
    public = receive()
    for target in (url(inside, host="127.0.0.1"), url(public)):
        receiver = receive(redirect(target))
        factories.webhook(url(receiver))
        waiting(post)
        assert deliver_all() == 1
        assert len(receiver.requests) == 1
        assert "redirects" in Webhook.objects.get().last_result
        assert WebhookNotice.objects.undelivered().count() == 1
        Webhook.objects.all().delete()  # with its notice
    assert inside.requests == public.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_an_address_inside_is_not_called(receive, post, host):
    inside = receive(address="127.0.0.1")
    factories.webhook(url(inside, host=host))
    waiting(post)
    assert deliver_all() == 1
    assert inside.requests == []
    assert WebhookNotice.objects.undelivered().count() == 1


def test_a_name_that_leads_to_this_site_is_not_called(receive, post, settings):
    settings.ALLOWED_HOSTS = ["blog.example"]
    inside = receive()
    factories.webhook(url(inside, host="blog.example"))
    waiting(post)
    deliver_all()
    assert "is this site" in Webhook.objects.get().last_result


# Until when it is tried


def test_a_notice_is_given_up_after_its_last_attempt_and_can_be_tried_again(receive, post, time):
    receiver = receive(BUSY)
    factories.webhook(url(receiver))
    waiting(post)
    for minutes in (*RETRY_NOTICE_MINUTES, 0):
        assert deliver_all() == 1
        time.pass_(minutes=minutes)
    notice = WebhookNotice.objects.get()
    assert (notice.given_up, len(receiver.requests)) == (True, len(RETRY_NOTICE_MINUTES) + 1)
    time.pass_(days=1)
    assert deliver_all() == 0
    assert WebhookNotice.objects.retry() == 1
    assert deliver_all() == 1


def test_a_receiver_gone_for_two_days_takes_what_is_as_old_with_it(receive, post, time):
    receiver = receive(BUSY)
    factories.webhook(url(receiver))
    waiting(post)
    waiting(post)
    deliver_all()
    time.pass_(seconds=GIVE_UP_AFTER.total_seconds())
    waiting(post)
    deliver_all()
    assert WebhookNotice.objects.undelivered().count() == 1
    assert WebhookNotice.objects.filter(given_up=True).count() == 2


def test_a_worker_that_was_away_for_long_gives_up_nothing(receive, post, time):
    receiver = receive(BUSY)
    factories.webhook(url(receiver))
    waiting(post)
    time.pass_(days=5)
    deliver_all()
    assert WebhookNotice.objects.undelivered().count() == 1


def test_a_worker_that_died_is_replaced_when_its_lease_ends(receive, post, time):
    receiver = receive()
    factories.webhook(url(receiver))
    waiting(post)
    assert WebhookNotice.objects.lease()
    assert deliver_all() == 0
    time.pass_(seconds=NOTICE_LEASE.total_seconds())
    assert deliver_all() == 1
    assert len(receiver.requests) == 1


def test_a_bug_of_ours_stops_no_other_notice(receive, post, monkeypatch):
    receiver = receive()
    factories.webhook(url(receiver))
    waiting(post)
    monkeypatch.setattr(delivery, "build_request", lambda notice, at: {}[0])
    assert deliver_all() == 1
    assert WebhookNotice.objects.get().last_error == "KeyError: 0"


def test_a_webhook_deleted_while_its_notice_is_sent_leaves_nothing(post):
    factories.webhook()
    waiting(post)
    notice = WebhookNotice.objects.lease()
    Webhook.objects.all().delete()
    notice.mark_delivered("200")
    notice.mark_failed("503")
    assert not WebhookNotice.objects.exists()


def test_the_record_of_what_was_delivered_is_deleted_after_a_month(receive, post, time):
    factories.webhook(url(receive()))
    waiting(post)
    deliver_all()
    time.pass_(seconds=NOTICE_RETENTION.total_seconds())
    waiting(post)
    deliver_all()
    assert WebhookNotice.objects.delete_expired() == 1
    assert WebhookNotice.objects.count() == 1


# Many at once


def test_beyond_the_limit_of_an_hour_one_notice_at_its_end_counts_them(receive, post, time):
    receiver = receive()
    factories.webhook(url(receiver))
    time.now = time.now.replace(minute=10)
    for _ in range(SINGLE_NOTICES_AN_HOUR + 3):
        factories.comment(post, status=Status.PENDING)
    while notifications.notify_of_decisions():
        pass
    assert deliver_all() == SINGLE_NOTICES_AN_HOUR
    time.now = time.now.replace(minute=0) + timedelta(hours=1)
    assert deliver_all() == 1
    last = receiver.objects[-1]
    assert (last["event"], "comment" in last) == ("comments.many", False)
    assert f"{SINGLE_NOTICES_AN_HOUR + 3} comments are waiting" in last["summary"]


def test_telling_takes_the_same_queries_for_many_comments_as_for_one(post):
    factories.webhook()

    def queries(number):
        for _ in range(number):
            factories.comment(post, status=Status.PENDING)
        with CaptureQueriesContext(connection) as asked:
            notifications.notify_of_decisions()
        return len(asked)

    assert queries(1) == queries(20)
