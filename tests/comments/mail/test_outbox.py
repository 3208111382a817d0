"""The outbox against a real mail server with every failure: nothing is lost, or sent twice without need."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Site
from comments.mail import outbox
from comments.mail.smtp import SmtpConnection
from comments.models import Message
from comments.models.message import LEASE, RETRY_MINUTES
from tests.comments.mail_server import MOODS
from tests.comments.processes import PATIENCE, free_port, wait_until


def message(key: str = "one", **fields) -> Message:
    """A message that has been due since yesterday."""
    fields = {"to": "mona@example.org", "subject": f"About {key}", "text": f"Words about {key}.\n", **fields}
    return Message.objects.create(key=key, next_try_at=timezone.now() - timedelta(days=1), **fields)


def subjects(server) -> list[str]:
    return [mail["Subject"] for mail in server.taken]


# A server that works


@pytest.mark.django_db
def test_html_comes_after_plain_text(server, mailer):
    message(html="<p>Words &lt;b&gt;</p>")
    outbox.send_due_messages()
    (mail,) = server.taken
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Words &lt;b&gt;" in mail.get_body(("html",)).get_content()


@pytest.mark.django_db
def test_due_messages_are_sent_once_with_their_headers(server, mailer, settings):
    message(headers={"Message-ID": "<decision-1-1@example.org>", "Auto-Submitted": "auto-generated"})
    assert outbox.send_due_messages() == 1
    (mail,) = server.taken
    assert (mail["To"], mail["From"]) == ("mona@example.org", settings.DEFAULT_FROM_EMAIL)
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<decision-1-1@example.org>", "auto-generated")
    assert mail.get_content().replace("\r\n", "\n") == "Words about one.\n"
    stored = Message.objects.get()
    assert (stored.sent_at is not None, stored.leased_until, stored.attempts) == (True, None, 1)
    assert (stored.text, stored.html, stored.to, stored.subject) == ("", "", "mona@example.org", "About one")
    assert outbox.send_due_messages() == 0
    assert server.connections == 1


@pytest.mark.django_db
def test_emails_are_from_the_sender_of_the_site_page_unless_the_environment_names_one(server, mailer, settings):
    page = Site.get()
    page.name, page.sender = "Choyxona", ""
    page.save()
    message()
    outbox.send_due_messages()
    page.sender = "The tea house <tea@example.org>"
    page.save()
    message(key="2")
    outbox.send_due_messages()
    settings.SET_BY_ENVIRONMENT, settings.DEFAULT_FROM_EMAIL = {"MAIL_FROM"}, "fixed@example.org"
    message(key="3")
    outbox.send_due_messages()
    senders = [str(mail["From"]) for mail in server.taken]
    assert senders[0].startswith("Choyxona <noreply@")
    assert senders[1:] == ["The tea house <tea@example.org>", "fixed@example.org"]


@pytest.mark.django_db
def test_text_of_every_script_arrives_as_it_was_written(server, mailer):
    words = "Чой — «аввал», 茶 🏔\n.\n..dots\nFrom here"
    message(subject="Самарқанд: " + "узун " * 30, text=words)
    outbox.send_due_messages()
    (mail,) = server.taken
    assert mail.get_content().replace("\r\n", "\n").strip() == words
    assert mail["Subject"].split() == ["Самарқанд:", *["узун"] * 30]


@pytest.mark.django_db
def test_messages_that_are_not_due_wait(server, mailer):
    later = timezone.now() + timedelta(minutes=1)
    Message.objects.create(key="later", to="mona@example.org", subject="Later", text="", next_try_at=later)
    assert outbox.send_due_messages() == 0
    assert server.taken == []


@pytest.mark.django_db
def test_a_run_ends_after_some_messages_so_that_the_worker_can_stop(server, mailer):
    for number in range(outbox.BATCH_SIZE + 2):
        message(str(number))
    assert [outbox.send_due_messages(), outbox.send_due_messages(), outbox.send_due_messages()] == [
        outbox.BATCH_SIZE,
        2,
        0,
    ]
    assert subjects(server) == [f"About {number}" for number in range(outbox.BATCH_SIZE + 2)]


# One connection


@pytest.mark.django_db
def test_a_batch_of_messages_uses_one_connection(server, mailer):
    for number in range(3):
        message(str(number))
    outbox.send_due_messages()
    assert (len(server.taken), server.connections) == (3, 1)
    wait_until(lambda: server.open == 0, "the line to be free again")


@pytest.mark.django_db
@pytest.mark.parametrize("mood", ["hangs up after each", "has enough after each", "takes no leave"])
def test_a_connection_that_dies_between_two_messages_neither_loses_nor_repeats_any(server, mailer, mood):
    for number in range(3):
        message(str(number))
    server.mood = mood
    assert outbox.send_due_messages() == 3
    assert subjects(server) == ["About 0", "About 1", "About 2"]
    assert not Message.objects.filter(sent_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("mood", ["refuses the recipient", "drops after the data"])
def test_a_failure_with_one_message_does_not_affect_the_next(server, mailer, monkeypatch, mood):
    message("first")
    message("second")
    send = SmtpConnection.send

    def heal_after_the_first(self, mail):
        try:
            send(self, mail)
        finally:
            server.heal()

    monkeypatch.setattr(SmtpConnection, "send", heal_after_the_first)
    server.mood = mood
    assert outbox.send_due_messages() == 2
    assert [message.key for message in Message.objects.filter(sent_at__isnull=False)] == ["second"]
    assert subjects(server).count("About second") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("mood", ["hangs", "hangs after the data"])
def test_a_server_that_hangs_ends_the_batch_and_the_next_one_goes_on(server, mailer, mood):
    message("first")
    message("second")
    server.mood = mood
    assert outbox.send_due_messages() == 1, "the second would keep the worker from its other jobs for as long"
    server.heal()
    assert outbox.send_due_messages() == 1
    assert [message.key for message in Message.objects.filter(sent_at__isnull=False)] == ["second"]


@pytest.mark.django_db
def test_a_message_that_the_mailer_leaves_out_is_not_marked_as_sent(server, mailer):
    Message.objects.create(key="one", to="", subject="Hello", text="Hello.")
    outbox.send_due_messages()
    left = Message.objects.get()
    assert (left.sent_at, server.taken) == (None, [])
    assert left.last_error.startswith("NotSent")


# A server that fails


# Permanent failures are in tests/comments/mail/test_delivery_log.py.
FINAL = {"refuses the recipient", "refuses the data"}


@pytest.mark.django_db
@pytest.mark.parametrize("mood", [mood for mood in MOODS if mood not in FINAL])
def test_the_message_is_sent_once_the_server_recovers(server, mailer, time, mood):
    message()
    server.mood = mood
    outbox.send_due_messages()
    stored = Message.objects.get()
    assert (stored.sent_at, stored.leased_until, stored.given_up, stored.attempts) == (None, None, False, 1)
    assert stored.last_error
    assert stored.next_try_at == time.now + timedelta(minutes=RETRY_MINUTES[0])

    server.heal()
    assert outbox.send_due_messages() == 0
    time.pass_(minutes=RETRY_MINUTES[0])
    outbox.send_due_messages()
    stored.refresh_from_db()
    assert (stored.sent_at, stored.last_error, stored.attempts) == (time.now, "", 2)
    assert subjects(server) == ["About one"] * (2 if mood == "drops after the data" else 1)


@pytest.mark.django_db
def test_a_server_that_was_down_is_tried_again(server, mailer, time):
    message()
    mailer(free_port())
    outbox.send_due_messages()
    assert "ConnectionRefusedError" in Message.objects.get().last_error
    time.pass_(minutes=RETRY_MINUTES[0])
    mailer(server.port)
    outbox.send_due_messages()
    assert subjects(server) == ["About one"]


@pytest.mark.django_db
def test_attempts_end_after_two_days_and_only_the_text_is_deleted(server, mailer, time):
    message()
    server.mood = "refuses the recipient for now"
    waits = []
    while not Message.objects.get().given_up:
        assert outbox.send_due_messages() == 1
        waits.append(Message.objects.get().next_try_at - time.now)
        time.now = Message.objects.get().next_try_at
    assert waits[:-1] == [timedelta(minutes=minutes) for minutes in RETRY_MINUTES]
    assert timedelta(days=1.5) < sum(waits[:-1], timedelta()) < timedelta(days=3)
    server.heal()
    time.pass_(days=30)
    assert outbox.send_due_messages() == 0
    stored = Message.objects.get()
    assert (stored.text, stored.html, stored.to, stored.subject) == ("", "", "mona@example.org", "About one")


@pytest.mark.django_db
def test_a_message_that_cannot_be_sent_holds_up_no_other(server, mailer):
    message("broken", subject="Two\nlines")
    message("fine")
    assert outbox.send_due_messages() == 2
    assert subjects(server) == ["About fine"]
    assert Message.objects.get(key="broken").last_error


@pytest.mark.django_db
def test_a_bug_of_ours_is_logged_and_holds_up_no_other(server, mailer, time, monkeypatch):
    message("broken")
    message("fine")
    send = SmtpConnection.send

    def fail(self, mail):
        if "broken" in mail.subject:
            raise KeyError("a bug")
        return send(self, mail)

    with monkeypatch.context() as patch:
        patch.setattr(SmtpConnection, "send", fail)
        assert outbox.send_due_messages() == 2
    assert subjects(server) == ["About fine"]
    assert "a bug" in Message.objects.get(key="broken").last_error
    time.pass_(seconds=61)
    assert outbox.send_due_messages() == 1
    assert subjects(server) == ["About fine", "About broken"]


@pytest.mark.django_db
def test_a_long_error_of_the_server_fits(mailer, server):
    refused = message()
    refused.mark_failed("x" * 10_000)
    assert len(Message.objects.get().last_error) == 250


# Leases


@pytest.mark.django_db
def test_a_leased_message_is_not_taken_by_another_worker():
    message("one")
    message("two")
    first = Message.objects.lease(limit=1)
    second = Message.objects.lease(limit=5)
    assert [[mail.key for mail in taken] for taken in (first, second)] == [["one"], ["two"]]
    assert Message.objects.lease(limit=5) == []


@pytest.mark.django_db
def test_the_lease_of_a_dead_worker_expires(server, mailer, time):
    message()
    assert len(Message.objects.lease(limit=1)) == 1
    time.pass_(seconds=LEASE.total_seconds() - 1)
    assert outbox.send_due_messages() == 0
    time.pass_(seconds=1)
    assert outbox.send_due_messages() == 1
    assert subjects(server) == ["About one"]
    assert Message.objects.get().attempts == 2


@pytest.mark.django_db
def test_a_lease_outlasts_the_slowest_server(server, mailer, time, monkeypatch):
    """Each is leased when its turn comes, so that slow ones before it cost it nothing of its lease."""
    for number in range(3):
        message(str(number))
    send = SmtpConnection.send

    def slowly(self, mail):
        time.pass_(seconds=90)
        assert mail.subject not in Message.objects.due().values_list("subject", flat=True)
        return send(self, mail)

    monkeypatch.setattr(SmtpConnection, "send", slowly)
    assert outbox.send_due_messages() == 3
    assert subjects(server) == ["About 0", "About 1", "About 2"]


def test_two_workers_at_once_send_each_message_once(elsewhere, server):
    for number in range(30):
        message(str(number))
    there = elsewhere()
    workers = [there.work(server.port), there.work(server.port)]
    for worker in workers:
        assert worker.wait(PATIENCE) == 0
    assert sorted(subjects(server)) == sorted(f"About {number}" for number in range(30))
    assert there.rows("SELECT count(*) FROM comments_message WHERE sent_at IS NULL") == [(0,)]


def test_a_worker_killed_while_sending_loses_nothing(elsewhere, server):
    message()
    there = elsewhere()
    server.mood = "hangs"
    worker = there.work(server.port)
    wait_until(lambda: server.connections, "the worker to call the mail server")
    there.kill(worker)
    assert there.rows("SELECT count(*) FROM comments_message WHERE sent_at IS NULL AND leased_until IS NOT NULL") == [
        (1,)
    ]
    server.heal()
    there.rows("UPDATE comments_message SET leased_until = '2020-01-01 00:00:00+00:00'")  # two minutes later
    assert there.work(server.port).wait(PATIENCE) == 0
    assert subjects(server) == ["About one"]
