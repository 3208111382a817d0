"""The delivery log, messages that are never tried again, and the test email of a member of staff."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from comments.mail import outbox
from comments.models import Mailbox, Message
from comments.models.mailbox import MAX_REFUSALS
from comments.models.message import RETRY_MINUTES, DeliveryAttempt
from comments.views.mail_test import TESTS_AN_HOUR, WORKER_DELAY
from tests import factories
from tests.comments.comment_pages import page, send
from tests.comments.mail.outbox_helpers import run_mail_tasks, sent_to

pytestmark = pytest.mark.django_db
TEST = "/admin/comments/message/test/"


def message(**fields) -> Message:
    return Message.objects.create(key="one", to="mona@example.org", subject="Tea", text="Words.", **fields)


def log() -> list[tuple[str, str]]:
    return [(entry.result, entry.words) for entry in Message.objects.get().delivery_log.all()]


def signed_in(group: str = "Administrator", **fields) -> Client:
    client = Client()
    client.force_login(factories.user("mona", group=group, **fields))
    return client


# The log


def test_every_attempt_is_logged_with_the_servers_answer(mailer, server, time):
    message(next_try_at=time.now)
    server.mood = "is full"
    outbox.send_due_messages()
    server.heal()
    time.pass_(minutes=RETRY_MINUTES[0])
    outbox.send_due_messages()
    assert [result for result, _words in log()] == ["failed", "sent"]
    assert "452" in log()[0][1]
    assert "insufficient storage" in log()[0][1]


def test_administrators_see_the_log_and_no_text_of_the_email(mailer, server):
    sent = message()
    server.mood = "refuses the recipient"
    outbox.send_due_messages()
    html = page(signed_in().get(f"/admin/comments/message/{sent.pk}/change/"))
    assert "no such mailbox" in html
    assert "refused, will not be retried" in html


@pytest.mark.parametrize(
    ("mood", "state"),
    [
        ("works", "sent, "),
        ("is full", "failed, will be retried: "),
        ("refuses the recipient", "given up: "),
    ],
)
def test_the_list_says_what_became_of_each_message(mailer, server, time, mood, state):
    client, address = signed_in(), "/admin/comments/message/"
    message(next_try_at=time.now)
    assert "waiting to be sent" in page(client.get(address))
    server.mood = mood
    outbox.send_due_messages()
    assert f'<td class="field-state">{state}' in page(client.get(address))


# Refused for good


@pytest.mark.parametrize(("mood", "code"), [("refuses the recipient", "550"), ("refuses the data", "554")])
def test_a_message_refused_for_good_is_not_tried_again(mailer, server, time, mood, code):
    message(next_try_at=time.now)
    server.mood = mood
    outbox.send_due_messages()
    stored = Message.objects.get()
    assert (stored.given_up, stored.text, stored.attempts) == (True, "", 1)
    assert log()[0][0] == "refused"
    assert code in log()[0][1]
    server.heal()
    time.pass_(days=3)
    assert outbox.send_due_messages() == 0
    assert server.taken == []


@pytest.mark.parametrize("mood", ["refuses the sender", "refuses the recipient for now", "too busy"])
def test_our_own_faults_and_temporary_failures_are_tried_again(mailer, server, mood):
    message()
    server.mood = mood
    outbox.send_due_messages()
    assert not Message.objects.get().given_up
    assert log()[0][0] == "failed"


def test_an_address_that_refuses_several_emails_in_a_row_is_paused(mailer, server, post):
    ann = factories.reader("ann@example.net")
    factories.subscription(post, by=ann)
    server.mood = "refuses the recipient"
    for _ in range(MAX_REFUSALS + 2):
        factories.comment(post)
        run_mail_tasks()
    assert Mailbox.objects.get().paused_at
    assert Message.objects.count() == MAX_REFUSALS
    server.heal()
    factories.comment(post)
    run_mail_tasks()
    assert sent_to() == []


def test_a_delivered_email_resets_the_refusals(mailer, server, post):
    ann = factories.reader("ann@example.net")
    factories.subscription(post, by=ann)
    for mood in (
        ["refuses the recipient"] * (MAX_REFUSALS - 1) + ["well"] + ["refuses the recipient"] * (MAX_REFUSALS - 1)
    ):
        server.mood = mood
        factories.comment(post)
        run_mail_tasks()
    assert Mailbox.objects.get().paused_at is None
    assert len(sent_to()) == 1


# Comments do not depend on the mail server


@pytest.mark.parametrize("mood", ["hangs", "garbage", "drops after the data", "refuses the recipient"])
def test_a_comment_is_stored_even_if_the_mail_server_fails(visitor, post, mailer, server, mood):
    factories.user("mona", group="Moderator")
    factories.subscription(post)
    server.mood = mood
    assert send(visitor, post, replies="on").status_code == 302
    assert server.connections == 0  # mail is the worker's
    call_command("worker", "--once")
    assert server.connections > 0
    comment = post.comments.get()
    assert (comment.body, comment.wants_reply_emails) == ("A word of my own.", True)
    assert send(visitor, post, body="And another.").status_code == 302


# Test emails


def test_the_test_email_goes_to_its_sender_and_its_result_is_shown(mailer, server):
    client = signed_in()
    assert client.post(TEST, {"to": "eve@example.org"}).status_code == 303
    assert "in the outbox" in page(client.get(TEST))
    call_command("worker", "--once")
    (sent,) = server.taken
    assert sent["To"] == "mona@example.org"
    assert "It reached you" in sent.get_body(("plain",)).get_content()
    assert "accepted by the mail server" in page(client.get(TEST))


def test_a_test_email_that_fails_says_why(mailer, server):
    client = signed_in("Moderator")
    server.mood = "refuses the sender"
    client.post(TEST)
    call_command("worker", "--once")
    html = page(client.get(TEST))
    assert "failed; we will try again later" in html
    assert "we do not know you" in html


def test_the_page_asks_whether_the_worker_is_running(time):
    client = signed_in()
    client.post(TEST)
    assert "Check that a worker is running" not in page(client.get(TEST))
    time.pass_(seconds=WORKER_DELAY.total_seconds() + 1)
    assert "Check that a worker is running" in page(client.get(TEST))


def test_test_emails_need_an_address_and_are_limited():
    client = signed_in()
    for _ in range(TESTS_AN_HOUR + 2):
        client.post(TEST)
    assert Message.objects.count() == TESTS_AN_HOUR
    other = Client()
    silent = factories.user("silent", group="Moderator")
    silent.email = ""
    silent.save()
    other.force_login(silent)
    other.post(TEST)
    assert "no email address" in page(other.get(TEST))
    assert Message.objects.count() == TESTS_AN_HOUR


def test_nobody_sees_the_test_emails_of_others():
    signed_in().post(TEST)
    Message.objects.update(sent_at=timezone.now())
    other = Client()
    other.force_login(factories.user("abel", group="Moderator"))
    assert "accepted by the mail server" not in page(other.get(TEST))


def test_a_message_deleted_while_it_was_being_sent_leaves_no_log(db):
    deleted = message()
    Message.objects.all().delete()
    for end in (deleted.mark_failed, deleted.mark_refused, deleted.mark_dropped):
        end("450 later")
    deleted.mark_sent()
    assert not DeliveryAttempt.objects.exists()
