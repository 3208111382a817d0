"""A reader verifies their address by a link that only its owner gets, asked for on the receipt."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from comments.mail import verification
from comments.models import Comment, Message, Reader
from comments.readers import session
from comments.status import Status, Via
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def comment(post):
    return factories.comment(post, status=Status.PENDING, name="Bob", email="bob@example.net", body="My own words.")


def receipt_of(comment: Comment) -> str:
    return f"/comments/receipt/{tokens.make_token(tokens.RECEIPT, comment.pk)}/"


def link_for(comment: Comment) -> str:
    return f"/you/prove/{tokens.make_token(tokens.VERIFY, comment.reader_id, comment.pk)}/"


def ask(comment: Comment, address: str = "192.0.2.1"):
    return Client().post(receipt_of(comment), {"act": "prove"}, REMOTE_ADDR=address)


def is_proven() -> bool:
    return Reader.objects.get(email="bob@example.net").verified_at is not None


def test_from_the_receipt_by_email_to_the_session(visitor, comment):
    assert "Confirm my email address" in page(visitor.get(receipt_of(comment)))
    response = ask(comment)
    assert response.status_code == 303
    assert "We have sent a link to <bdi>b…@example.net</bdi>." in page(visitor.get(response["Location"]))
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == ["bob@example.net"]
    link = re.search(r"http\S+(/you/prove/\S+/)", sent.body)[1]
    assert ">Confirm</button>" in page(visitor.get(link))
    answer = visitor.post(link)
    assert answer.status_code == 303
    assert is_proven()
    visitor.cookies.clear()
    visitor.cookies[session.COOKIE] = answer.cookies[session.COOKIE].value
    html = page(visitor.get(answer["Location"]))
    assert "Waiting for a moderator" in html
    assert "Prove" not in html


def test_the_session_cookie_cannot_be_read_by_scripts(visitor, comment):
    cookie = visitor.post(link_for(comment)).cookies[session.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_email_contains_no_text_by_the_person_who_typed_the_address(comment):
    Comment.objects.update(name="Buy now", body="http://casino.example")
    ask(comment)
    message = Message.objects.get()
    for text in (message.subject, message.text, message.html):
        assert "Buy now" not in text
        assert "casino" not in text


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_verifies_nothing(visitor, comment, method):
    for _ in range(20):
        response = getattr(visitor, method)(link_for(comment))
        assert response.status_code in {200, 405}
        assert not response.cookies
    assert not is_proven()


def test_pressing_twice_verifies_once(visitor, comment):
    visitor.post(link_for(comment))
    first = Reader.objects.get().verified_at
    assert visitor.post(link_for(comment)).status_code == 303
    assert Reader.objects.get().verified_at == first


def test_another_site_cannot_press_the_button(visitor, comment):
    for site in ("cross-site", "same-site"):
        response = visitor.post(link_for(comment), headers={"Sec-Fetch-Site": site, "Origin": "null"})
        assert response.status_code == 403
        assert not response.cookies
    assert not is_proven()
    assert (
        visitor.post(link_for(comment), headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"}).status_code == 303
    )


def test_no_character_of_the_link_can_be_changed(visitor, comment):
    token = link_for(comment).split("/")[3]
    for place, letter in enumerate(token):
        bad = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert visitor.post(f"/you/prove/{bad}/").status_code == 404
    assert not is_proven()


@pytest.mark.parametrize("purpose", [tokens.RECEIPT, tokens.FORM_TIME, tokens.DECIDE, tokens.SESSION])
def test_a_token_for_another_purpose_verifies_nothing(visitor, comment, purpose):
    token = tokens.make_token(purpose, comment.reader_id, comment.pk)
    assert visitor.post(f"/you/prove/{token}/").status_code == 404
    assert not is_proven()


@pytest.mark.parametrize("bound", [(1,), (1, 2, 3), (1, 12345), (12345, 1)])
def test_a_token_bound_to_something_else_verifies_nothing(visitor, comment, bound):
    assert visitor.get(f"/you/prove/{tokens.make_token(tokens.VERIFY, *bound)}/").status_code == 404


def test_a_link_verifies_one_reader_and_no_other(visitor, post, comment):
    other = factories.comment(post, email="eve@example.net")
    token = tokens.make_token(tokens.VERIFY, other.reader_id, comment.pk)
    assert visitor.post(f"/you/prove/{token}/").status_code == 404
    assert not Reader.objects.filter(verified_at__isnull=False).exists()


def test_a_link_works_for_three_days(visitor, comment, monkeypatch):
    link = link_for(comment)
    for hours, status in ((71, 200), (73, 410)):
        later = timezone.now() + timedelta(hours=hours)
        with monkeypatch.context() as patch:
            patch.setattr(signing.time, "time", later.timestamp)
            assert visitor.get(link).status_code == status
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", later.timestamp)
        assert visitor.post(link).status_code == 410
    assert not is_proven()


def test_the_page_is_not_cached_not_indexed_and_sends_no_referrer(visitor, comment):
    for response in (visitor.get(link_for(comment)), visitor.post(link_for(comment))):
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"


# Limits


def test_emails_to_one_address_are_limited_by_day(post, comment):
    other = factories.comment(post, status=Status.PENDING, email="BOB@example.net")
    for number in range(verification.MAILS_A_DAY):
        assert ask((comment, other)[number % 2], f"192.0.2.{number}").status_code == 303
    response = ask(comment, "198.51.100.1")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 86_401
    assert "We have sent as many emails as we can for now" in page(response)
    assert Message.objects.count() == verification.MAILS_A_DAY


def test_the_limit_ends_the_next_day(comment, monkeypatch):
    for _ in range(verification.MAILS_A_DAY):
        ask(comment)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert ask(comment, "198.51.100.1").status_code == 303


def test_requests_from_one_home_are_limited_by_hour(post):
    comments = [
        factories.comment(post, status=Status.PENDING, email=f"{number}@example.net")
        for number in range(verification.MAILS_AN_HOUR + 1)
    ]
    answers = [ask(comment, "2001:db8::1").status_code for comment in comments]
    assert answers == [303] * verification.MAILS_AN_HOUR + [429]
    assert ask(comments[-1], "2001:db8::2").status_code == 429
    assert ask(comments[-1], "2001:db8:0:1::1").status_code == 303


def test_requests_from_one_neighbourhood_are_limited_by_hour(post):
    comments = [
        factories.comment(post, status=Status.PENDING, email=f"{number}@example.net")
        for number in range(verification.NEARBY_MAILS_AN_HOUR + 1)
    ]
    answers = [ask(comment, f"2001:db8:1:{number}::1").status_code for number, comment in enumerate(comments)]
    assert answers == [303] * verification.NEARBY_MAILS_AN_HOUR + [429]
    assert ask(comments[-1], "2001:db8:2::1").status_code == 303


def test_a_verified_address_gets_no_other_email(comment):
    comment.reader.verify()
    Comment.objects.update(is_verified=True)
    assert ask(comment).status_code == 303
    assert not Message.objects.exists()


def test_the_email_goes_to_the_address_as_we_know_it(post):
    comment = factories.comment(post, status=Status.PENDING, email="boss@straße.example")
    ask(comment)
    assert Message.objects.get().to == comment.reader.email == "boss@strasse.example"


# What waits for the verification


def test_outcomes_are_sent_once_the_address_is_verified(visitor, post, comment, time):
    visitor.post(receipt_of(comment), {"act": "news"})
    removed = factories.comment(post, status=Status.PENDING, wants_outcome_email=True)
    silent = factories.comment(post, status=Status.PENDING)
    spam = factories.comment(post, status=Status.PENDING, wants_outcome_email=True)
    factories.approve(comment, via=Via.DESK)
    factories.remove(removed, via=Via.DESK)
    factories.approve(silent, via=Via.DESK)
    factories.mark_spam(spam, via=Via.DESK)
    factories.approve(
        factories.comment(post, status=Status.PENDING, email="eve@example.net", wants_outcome_email=True), via=Via.DESK
    )
    time.pass_(minutes=1)
    call_command("worker", "--once")
    assert [sent.subject for sent in mail.outbox] == ["Confirm your email for Registan"]
    mail.outbox.clear()
    visitor.post(link_for(comment))
    visitor.post(link_for(comment))
    time.pass_(minutes=20)
    call_command("worker", "--once")
    assert sorted(sent.subject.split(":")[0] for sent in mail.outbox) == [
        "Your comment on Registan was published",
        "Your comment on Registan was removed",
    ]
    assert {sent.to[0] for sent in mail.outbox} == {"bob@example.net"}


def test_concurrent_requests_send_one_email(comment):
    assert [verification.request_verification(comment, address="192.0.2.1") > 0 for _ in range(5)] == [
        False,
        False,
        False,
        True,
        True,
    ]
