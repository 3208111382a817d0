"""Ticking *Email me* in the form sends the link at once that confirms the address, and the receipt says so first."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError
from playwright.sync_api import expect

from comments.mail import verification
from comments.models import Comment, Message, Reader
from comments.status import Status, Via
from tests import factories
from tests.comments.browsers import fill
from tests.comments.comment_pages import opened, page, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

SENT, NOT_SENT = "We have sent a link to <bdi>b…@example.net</bdi>", "no link has been sent yet"


def read_mail() -> list[str]:
    """The subjects of what the worker sends."""
    call_command("worker", "--once")
    return [sent.subject for sent in mail.outbox]


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        ({"replies": "on"}, "; replies are emailed to you once you open it."),
        ({"notify": "on"}, "; the outcome is emailed to you once you open it."),
        ({"notify": "on", "replies": "on"}, "; the outcome and replies are emailed to you once you open it."),
    ],
)
def test_the_link_is_in_the_outbox_and_the_receipt_says_so_before_anything_else(visitor, post, ticks, words):
    where = send(visitor, post, **ticks)["Location"]
    message = Message.objects.get()
    assert (message.to, message.subject) == ("bob@example.net", "Confirm your email for Registan")
    html = page(visitor.get(where))
    first = re.search(r"</h1>\s*<p[^>]*>\s*(.*?)</p>", html, re.DOTALL)[1]
    assert " ".join(first.split()) == SENT + words


def test_without_a_tick_nothing_is_sent(visitor, post):
    where = send(visitor, post)["Location"]
    assert not Message.objects.exists()
    html = page(visitor.get(where))
    assert (SENT in html, NOT_SENT in html) == (False, False)


def test_one_button_behind_the_link_does_it_all(visitor, post):
    send(visitor, post, notify="on", replies="on")
    comment = Comment.objects.get()
    assert read_mail() == ["Confirm your email for Registan"]
    link = re.search(r"http\S+(/you/prove/\S+/)", mail.outbox[0].body)[1]
    factories.approve(comment, via=Via.DESK)
    factories.comment(post, parent=comment, name="Ann", email="ann@example.net")
    assert len(read_mail()) == 1  # nothing else before it is confirmed
    visitor.post(link)
    factories.comment(post, parent=comment, name="Ann", email="ann@example.net")
    assert read_mail()[1] == "Your comment on Registan was published: The tea house"
    assert len(mail.outbox) == 3  # and the reply
    assert {sent.to[0] for sent in mail.outbox} == {"bob@example.net"}


def test_a_reader_who_is_signed_in_gets_no_other_link(post):
    reader = factories.reader("bob@example.net")
    where = send(factories.reader_client(reader), post, notify="on", replies="on")["Location"]
    assert not Message.objects.exists()
    html = page(factories.reader_client(reader).get(where))
    assert "We will email you when a moderator has decided." in html
    assert (SENT in html, NOT_SENT in html) == (False, False)


def test_sent_twice_it_asks_once(visitor, post):
    stamp = opened(post, seconds_ago=60)
    for _ in range(2):
        send(visitor, post, replies="on", stamp=stamp)
    assert Message.objects.count() == 1


def test_at_the_limit_of_the_address_the_comment_is_stored_and_the_receipt_does_not_lie(visitor, post):
    for number in range(verification.MAILS_A_DAY):
        send(visitor, post, replies="on", body=f"Words {number}.")
    where = send(visitor, post, replies="on", body="One more.")["Location"]
    assert Message.objects.count() == verification.MAILS_A_DAY
    assert Comment.objects.count() == verification.MAILS_A_DAY + 1
    html = page(visitor.get(where))
    assert (SENT in html, NOT_SENT in html) == (False, True)
    assert visitor.post(where, {"act": "prove"}).status_code == 429


def test_at_the_limit_of_the_network_nobody_is_flooded(visitor, post, time):
    for number in range(verification.MAILS_AN_HOUR + 2):
        time.pass_(minutes=1)
        where = send(visitor, post, replies="on", email=f"bob{number}@example.net", body=f"Words {number}.")["Location"]
    assert Message.objects.count() == verification.MAILS_AN_HOUR
    assert NOT_SENT in page(visitor.get(where))


def test_what_cannot_be_stored_sends_nothing(visitor, post, monkeypatch):
    def fail(*_, **__):
        raise IntegrityError("not stored")

    monkeypatch.setattr(verification, "enqueue_request", fail)
    with pytest.raises(IntegrityError):
        send(visitor, post, replies="on")
    assert not Comment.objects.exists()
    assert not Message.objects.exists()


def test_a_link_that_the_server_refused_for_good_is_not_called_sent(visitor, post):
    where = send(visitor, post, replies="on")["Location"]
    Message.objects.get().mark_refused("550 no such mailbox")
    html = page(visitor.get(where))
    assert (SENT in html, NOT_SENT in html) == (False, True)


def test_after_three_days_another_link_is_offered(visitor, post, time):
    where = send(visitor, post, replies="on")["Location"]
    time.pass_(days=3, minutes=1)
    html = page(visitor.get(where))
    assert (SENT in html, NOT_SENT in html) == (False, True)


@pytest.mark.parametrize("act", ["news", "replies"])
def test_the_buttons_of_the_receipt_send_the_link_too(visitor, post, act):
    where = send(visitor, post)["Location"]
    assert "We first send a link to confirm your address." in page(visitor.get(where))
    for _ in range(2):
        assert visitor.post(where, {"act": act}).status_code == 303
    assert Message.objects.count() == 1
    assert SENT in page(visitor.get(where))
    visitor.post(where, {"act": "prove"})  # the first was lost
    assert Message.objects.count() == 2


def test_spam_is_asked_like_everything_else(visitor, post):
    where = send(visitor, post, replies="on", subject="I am a machine")["Location"]
    assert Comment.objects.get().status == Status.SPAM
    assert SENT in page(visitor.get(where))


def test_once_the_address_is_confirmed_the_receipt_speaks_of_no_link(visitor, post):
    where = send(visitor, post, replies="on")["Location"]
    read_mail()
    visitor.post(re.search(r"http\S+(/you/prove/\S+/)", mail.outbox[0].body)[1])
    html = page(visitor.get(where))
    assert "We will email you about replies." in html
    assert (SENT in html, NOT_SENT in html) == (False, False)
    assert Reader.objects.get().verified_at


@pytest.mark.parametrize("script", [True, False])
def test_in_a_browser_from_the_tick_to_the_first_sentence(transactional_db, people, script):
    post = factories.post()
    tab = people.page(post.get_absolute_url(), java_script_enabled=script)
    tab.set_viewport_size({"width": 360, "height": 700})
    fill(tab, body="A word.")
    tab.check("text=Email me about replies")
    tab.click("text=Post comment")
    expect(tab.get_by_text("We have sent a link to b…@example.net")).to_be_in_viewport()
