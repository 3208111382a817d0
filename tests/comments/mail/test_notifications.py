"""Emails about decisions: who gets them, once, derived from the record by the worker."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from blog.models import Post
from comments.lifecycle.decide import decide
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.mail import emails, notifications
from comments.models import Comment, Decision, Finding, Message, PendingNotification, Reader, Statement
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import dangers

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona():
    """The moderator."""
    return factories.user("mona", group="Moderator")


def waiting(post, **fields) -> Comment:
    return factories.comment(post, status=Status.PENDING, **fields)


def told() -> list[str]:
    return sorted(Message.objects.values_list("to", flat=True))


def test_every_moderator_gets_one_email_about_a_waiting_comment(post, mona):
    factories.user("edita", group="Editor")
    factories.user("admina", group="Administrator")
    waiting(post)
    assert notifications.notify_of_decisions() == 1
    assert told() == ["admina@example.org", "edita@example.org", "mona@example.org"]
    assert notifications.notify_of_decisions() == 0
    assert len(told()) == 3


def test_nobody_else_gets_an_email(post, mona):
    factories.user("anna", group="Author")
    factories.user("cora", group="Contributor")
    factories.user("reader")
    factories.user("gone", group="Moderator", is_active=False)
    silent = factories.user("silent", group="Moderator")
    silent.email = ""
    silent.save()
    former = factories.user("former", group="Moderator")
    former.groups.clear()
    waiting(post)
    notifications.notify_of_decisions()
    assert told() == ["mona@example.org"]


def test_notifications_for_nobody_are_deleted(post):
    waiting(post)
    assert notifications.notify_of_decisions() == 1
    assert not PendingNotification.objects.exists()
    assert told() == []


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PENDING])
def test_comments_that_do_not_wait_are_not_emailed(post, mona, status):
    factories.comment(post, status=status)
    notifications.notify_of_decisions()
    assert told() == []
    assert not PendingNotification.objects.exists()


def test_comments_decided_meanwhile_are_not_emailed(post, mona):
    factories.approve(waiting(post), via=Via.DESK)
    assert notifications.notify_of_decisions() == 2
    assert told() == []


def test_comments_put_back_into_the_queue_by_reports_are_emailed_again(post, mona):
    comment = waiting(post)
    notifications.notify_of_decisions()
    factories.approve(comment, via=Via.DESK)
    factories.hold(comment, via=Via.REPORTS)
    notifications.notify_of_decisions()
    assert told() == ["mona@example.org"] * 2
    assert len({message.headers["Message-ID"] for message in Message.objects.all()}) == 2


@pytest.mark.parametrize("via", [Via.DESK, Via.ADMIN, Via.MAIL])
def test_comments_put_back_by_moderators_are_not_emailed(post, mona, via):
    comments = [factories.comment(post) for _ in range(3)]
    decide([comment.pk for comment in comments], Status.PENDING, via=via, by=mona)
    assert notifications.notify_of_decisions() == 6
    assert told() == []


def test_comments_put_back_by_an_undo_are_not_emailed(post, mona):
    comments = [waiting(post) for _ in range(3)]
    notifications.notify_of_decisions()
    outcome = decide([comment.pk for comment in comments], Status.APPROVED, via=Via.DESK, by=mona)
    undo(Decision.objects.filter(batch=outcome.batch), by=mona, via=Via.FILTER)
    notifications.notify_of_decisions()
    assert told() == ["mona@example.org"] * 3


def test_in_a_flood_each_moderator_gets_the_number_once_an_hour(post, mona, monkeypatch):
    factories.user("edita", group="Editor")
    noon = timezone.now().replace(minute=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    for _ in range(notifications.SINGLE_MAILS_AN_HOUR + 25):
        waiting(post)
    assert (
        notifications.notify_of_decisions() + notifications.notify_of_decisions()
        == notifications.SINGLE_MAILS_AN_HOUR + 25
    )
    for name in ("mona", "edita"):
        mails = Message.objects.filter(to=f"{name}@example.org")
        assert mails.count() == notifications.SINGLE_MAILS_AN_HOUR + 1
        count = notifications.SINGLE_MAILS_AN_HOUR + 25
        assert mails.latest("id").subject == f"{count} comments to moderate on Registan"
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(minutes=59))
    waiting(post)
    notifications.notify_of_decisions()
    assert Message.objects.count() == 2 * (notifications.SINGLE_MAILS_AN_HOUR + 1)
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(minutes=61))
    waiting(post)
    notifications.notify_of_decisions()
    assert Message.objects.filter(subject__startswith="New comment to moderate").count() == 2 * (
        notifications.SINGLE_MAILS_AN_HOUR + 1
    )


def test_counting_recent_emails_takes_one_query(post, mona, django_assert_num_queries):
    for _ in range(5):
        waiting(post)
    notifications.notify_of_decisions()
    with django_assert_num_queries(1):
        assert notifications.count_recent_moderator_mails() == {"mona@example.org": 5}


def test_quiet_comments_are_not_emailed(post, mona):
    submit(to=Status.PENDING, via=Via.IMPORT, quiet=True, post=post, parent=None, name="Bob", body="Old.")
    assert notifications.notify_of_decisions() == 0
    assert told() == []


def test_a_crash_half_way_loses_nothing_and_sends_nothing_twice(post, mona, monkeypatch):
    factories.user("edita", group="Editor")
    waiting(post)
    waiting(post)
    calls = []

    def crash_at_the_third(decision, moderator):
        calls.append(moderator)
        if len(calls) == 3:
            raise RuntimeError("out of memory")
        return make(decision, moderator)

    make = emails.render_waiting_mail
    with monkeypatch.context() as patch:
        patch.setattr(emails, "render_waiting_mail", crash_at_the_third)
        with pytest.raises(RuntimeError):
            notifications.notify_of_decisions()
    assert told() == []
    assert PendingNotification.objects.count() == 2
    assert notifications.notify_of_decisions() == 2
    assert len(told()) == 4


def test_many_notifications_are_handled_in_batches_oldest_first(post, mona):
    comments = [waiting(post, address=None) for _ in range(notifications.BATCH_SIZE + 3)]
    assert notifications.notify_of_decisions() == notifications.BATCH_SIZE
    assert Message.objects.filter(text__contains=comments[0].body).exists()
    assert [notification.decision.comment for notification in PendingNotification.objects.order_by("pk")] == comments[
        notifications.BATCH_SIZE :
    ]
    assert notifications.notify_of_decisions() == 3


def test_the_email_shows_the_commenter_the_comment_the_post_and_the_queue(post, mona, settings):
    parent = factories.comment(post, name="Çelik", body="First & foremost?\nYes.")
    waiting(post, parent=parent, name='Bob "& sons"', email="bob@example.net", body="Salt <b>first</b>.\n\nThen tea.")
    notifications.notify_of_decisions()
    message = Message.objects.get()
    assert message.subject == f"New comment to moderate on Registan: {post.title}"
    assert 'Bob "& sons" <bob@example.net>' in message.text
    assert "> Salt <b>first</b>.\n> \n> Then tea.\n" in message.text
    assert ">> First & foremost?\n>> Yes.\n>> (Çelik)" in message.text
    assert settings.SITE_URL + reverse("admin:comments_comment_queue") in message.text
    assert settings.SITE_URL + post.get_absolute_url() in message.text


def test_emails_about_one_post_form_one_thread_and_ask_for_no_auto_reply(post, mona):
    waiting(post)
    waiting(post)
    waiting(factories.post())
    notifications.notify_of_decisions()
    headers = [message.headers for message in Message.objects.order_by("id")]
    assert headers[0]["References"] == headers[1]["References"] != headers[2]["References"]
    assert [header["In-Reply-To"] for header in headers] == [header["References"] for header in headers]
    assert len({header["Message-ID"] for header in headers}) == 3
    assert {header["Auto-Submitted"] for header in headers} == {"auto-generated"}


def test_a_comment_on_a_post_with_the_longest_title_can_be_emailed(mona):
    waiting(factories.post("T" * 250))
    notifications.notify_of_decisions()
    assert len(Message.objects.get().subject) <= 250


def test_notifying_takes_the_same_queries_for_one_as_for_many_besides_the_messages(post, django_assert_num_queries):
    for _ in range(20):
        waiting(post, address=None)
    with django_assert_num_queries(7):
        assert notifications.notify_of_decisions() == 20


def test_the_worker_notifies_and_sends_in_one_run(post, mona):
    comment = waiting(post)
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == ["mona@example.org"]
    assert comment.body in sent.body
    call_command("worker", "--once")
    assert len(mail.outbox) == 1
    assert Decision.objects.count() == 1


def test_the_email_says_why_the_comment_was_held_and_links_to_its_decision(post, mona, settings):
    comment = waiting(post, score=0.42)
    Finding.objects.create(comment=comment, kind="links", words="4")
    notifications.notify_of_decisions()
    message = Message.objects.get()
    for text in (message.text, message.html):
        assert "4 links" in text
        assert "42%" in text
        assert f"{settings.SITE_URL}/moderate/" in text


def test_each_moderator_has_a_link_of_their_own(post, mona):
    factories.user("edita", group="Editor")
    waiting(post)
    notifications.notify_of_decisions()
    links = {re.search(r"/moderate/(\S+)/", text)[1] for text in Message.objects.values_list("text", flat=True)}
    assert len(links) == 2


def test_text_by_strangers_cannot_imitate_ours_or_run(post, mona):
    hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    parent = factories.comment(post, name=hostile, body=hostile)
    waiting(
        post, parent=parent, name=hostile, body=f"{hostile}\nDecide: http://evil.example/moderate/x/\u2028Decide: x"
    )
    notifications.notify_of_decisions()
    message = Message.objects.get()
    assert [danger for danger in dangers(message.html) if danger != "style"] == []
    assert re.findall(r"^Decide: (\S+)/moderate/", message.text, re.MULTILINE) == [settings.SITE_URL]
    assert not re.search(r"<(?:img|link|script|iframe)|url\(|@import", message.html)


def test_a_title_with_line_breaks_adds_no_header(post, mona):
    Post.objects.filter(pk=post.pk).update(title="Tea\r\nBcc: eve@example.org\u2028")
    waiting(post)
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.subject == "New comment to moderate on Registan: TeaBcc: eve@example.org"
    assert sent.recipients() == ["mona@example.org"]


def test_plain_text_comes_before_html(post, mona):
    waiting(post)
    call_command("worker", "--once")
    parts = [part.get_content_type() for part in mail.outbox[0].message().walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


# Outcomes for commenters


def asked(post, *, proven: bool = True, **fields) -> Comment:
    comment = waiting(post, wants_outcome_email=True, **fields)
    if proven:
        comment.reader.verify()
    return comment


def test_commenters_who_asked_get_the_outcome(post):
    comment = asked(post, body="My own words.")
    factories.approve(comment, via=Via.DESK)
    notifications.notify_of_decisions()
    message = Message.objects.get()
    assert message.to == "bob@example.net"
    assert "is published" in message.text
    assert "is published" in message.html
    assert "My own words." not in message.text + message.html


@pytest.mark.parametrize(("verb", "via"), [("mark_spam", Via.DESK), ("withdraw", Via.READER), ("remove", Via.ERASURE)])
def test_no_outcome_is_sent_for_spam_or_withdrawn_comments(post, verb, via):
    getattr(factories, verb)(asked(post), via=via)
    notifications.notify_of_decisions()
    assert told() == []


def test_no_outcome_is_sent_without_a_wish_or_a_verified_address(post):
    factories.approve(asked(post, proven=False), via=Via.DESK)
    silent = waiting(post, email="silent@example.net")
    silent.reader.verify()
    factories.approve(silent, via=Via.DESK)
    notifications.notify_of_decisions()
    assert told() == []


def test_no_outcome_is_sent_for_comments_published_at_once(post):
    Reader.of("bob@example.net").verify()
    factories.comment(post, status=Status.APPROVED, wants_outcome_email=True)
    notifications.notify_of_decisions()
    assert told() == []


def test_a_comment_gets_one_outcome_email_however_often_it_is_decided(post):
    comment = asked(post)
    factories.approve(comment, via=Via.DESK)
    notifications.notify_of_decisions()
    factories.remove(comment, via=Via.DESK)
    notifications.notify_of_decisions()
    assert told() == ["bob@example.net"]


def test_only_the_last_of_several_decisions_is_emailed(post):
    comment = asked(post)
    factories.approve(comment, via=Via.DESK)
    factories.remove(comment, via=Via.DESK)
    notifications.notify_of_decisions()
    assert told() == []
    assert Statement.objects.get().decision == comment.decisions.latest("pk")


def test_an_address_with_letters_that_fold_together_gets_email_as_we_know_it(post):
    comment = asked(post, email="boss@stra\u00dfe.example")
    factories.approve(comment, via=Via.DESK)
    notifications.notify_of_decisions()
    assert told() == [comment.reader.email] == ["boss@strasse.example"]


def test_outcomes_of_comments_by_somebody_else_are_not_sent_to_the_owner_of_the_address(post):
    Reader.of("bob@example.net").verify()
    Reader.objects.update(verified_at=timezone.now() - timedelta(hours=1))
    foreign, own = waiting(post, wants_outcome_email=True), waiting(post, wants_outcome_email=True, is_verified=True)
    factories.approve(foreign, via=Via.DESK)
    factories.approve(own, via=Via.DESK)
    notifications.notify_of_decisions()
    notifications.notify_verified_reader(own.reader)
    assert list(Message.objects.values_list("key", flat=True)) == [f"outcome-{own.pk}"]


def test_outcomes_to_one_address_are_limited_by_day(post, monkeypatch):
    now = timezone.now()
    for _ in range(notifications.OUTCOMES_A_DAY + 2):
        factories.approve(asked(post, is_verified=True), via=Via.DESK)
    notifications.notify_of_decisions()
    factories.approve(asked(post, email="ann@example.net"), via=Via.DESK)
    notifications.notify_of_decisions()
    assert told() == ["ann@example.net", *["bob@example.net"] * notifications.OUTCOMES_A_DAY]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1, minutes=1))
    factories.approve(asked(post, is_verified=True), via=Via.DESK)
    notifications.notify_of_decisions()
    assert told().count("bob@example.net") == notifications.OUTCOMES_A_DAY + 1
