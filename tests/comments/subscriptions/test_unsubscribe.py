"""Every email can be unsubscribed from: by a mail program with one POST (RFC 8058), by people with a button."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from comments.mail import follower_mail
from comments.models import Comment, Subscription
from comments.models.subscription import Kind
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import page
from tests.comments.mail.outbox_helpers import comment_asking_for_replies, run_mail_tasks, sent_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailer")]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ann():
    return factories.reader("ann@example.net")


def off(*subscriptions) -> str:
    return follower_mail.unsubscribe_path(subscriptions[0].reader_id, subscriptions)


def test_one_post_unsubscribes_without_session_csrf_token_or_redirect(post, ann, server):
    factories.subscription(post, by=ann)
    kept = factories.subscription(by=ann)
    factories.comment(post)
    run_mail_tasks()
    address = server.taken[0]["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    response = Client(enforce_csrf_checks=True).post(address, ONE_CLICK, headers={"Origin": "https://mail.example"})
    assert response.status_code == 200
    assert not response.cookies
    assert list(Subscription.objects.all()) == [kept]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_both_kinds_of_form_encoding_are_accepted(visitor, post, ann, kind):
    where = off(factories.subscription(post, by=ann))
    plain = b"List-Unsubscribe=One-Click"
    parts = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    response = visitor.post(where, parts if "multipart" in kind else plain, content_type=kind)
    assert response.status_code == 200
    assert not Subscription.objects.exists()


def test_unsubscribing_twice_works(visitor, post, ann):
    where = off(factories.subscription(post, by=ann))
    assert [visitor.post(where, ONE_CLICK).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_opening_the_link_unsubscribes_nobody(visitor, post, ann, method):
    where = off(factories.subscription(post, by=ann))
    for _ in range(10):
        assert getattr(visitor, method)(where).status_code in {200, 405}
    assert Subscription.objects.count() == 1


def test_people_end_one_subscription_or_all(visitor, post, ann):
    subscription = factories.subscription(post, by=ann)
    factories.subscription(by=ann)
    where = off(subscription)
    html = page(visitor.get(where))
    assert "New comments on “The tea house”" in html
    assert "All new posts" not in html  # the email was about one subscription; its holder learns nothing of the rest
    response = visitor.post(where, {"act": f"stop:{subscription.pk}"})
    assert (response.status_code, response["Location"]) == (303, where)
    assert "You are unsubscribed" in page(visitor.get(where))
    assert Subscription.objects.count() == 1
    visitor.post(where, {"act": "stop-all"})
    assert not Subscription.objects.exists()


def test_each_subscription_of_a_digest_or_all_can_be_ended(visitor, ann):
    first, second, third = (factories.subscription(factories.tag(), by=ann) for _ in range(3))
    where = off(first, second)
    visitor.post(where, {"act": f"stop:{first.pk}"})
    assert Subscription.objects.count() == 2
    visitor.post(where, {"act": "stop"})
    assert list(Subscription.objects.all()) == [third]
    assert visitor.post(where, {"act": f"stop:{third.pk}"}).status_code == 400  # the email did not name this one
    assert Subscription.objects.count() == 1


def test_one_click_in_a_digest_of_very_many_ends_all_subscriptions(visitor, ann):
    other = factories.subscription()
    some = [factories.subscription(factories.tag(), by=ann) for _ in range(follower_mail.MAX_IDS_IN_LINK)]
    more = [factories.subscription(factories.tag(), by=ann) for _ in range(2)]
    assert visitor.post(off(*some), ONE_CLICK).status_code == 200
    assert list(Subscription.objects.filter(reader=ann)) == more
    some = [factories.subscription(factories.tag(), by=ann) for _ in range(follower_mail.MAX_IDS_IN_LINK)]
    where = off(*some, more[0])
    assert len(where) < 900
    assert visitor.post(where, {"act": f"stop:{some[0].pk}"}).status_code == 303
    assert visitor.post(where, {"act": f"stop:{other.pk}"}).status_code == 400
    assert page(visitor.get(where)).count('class="subscriptions__item"') == follower_mail.MAX_IDS_IN_LINK + 1
    assert visitor.post(where, ONE_CLICK).status_code == 200
    assert list(Subscription.objects.all()) == [other]


def test_unsubscribing_from_replies_clears_the_choice_stored_with_each_comment(visitor, post):
    mine = comment_asking_for_replies(post, email="ann@example.net")
    factories.comment(post, parent=mine)
    run_mail_tasks()
    visitor.post(off(Subscription.objects.get(kind=Kind.REPLIES)), ONE_CLICK)
    factories.comment(post, parent=mine)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net"]
    assert not Subscription.objects.exists()
    assert not Comment.objects.filter(wants_reply_emails=True).exists()


def test_ending_all_ends_emails_about_outcomes_too(visitor, post, ann):
    factories.comment(post, email="ann@example.net", wants_outcome_email=True)
    visitor.post(off(factories.subscription(post, by=ann)), {"act": "stop-all"})
    assert not Comment.objects.filter(wants_outcome_email=True).exists()


def test_the_link_of_one_reader_ends_nothing_of_another(visitor, post, ann):
    other = factories.subscription(post, by=factories.reader("bob@example.net"))
    token = tokens.make_token(tokens.UNSUBSCRIBE, ann.pk, other.pk)
    visitor.post(f"/subscribe/off/{token}/", ONE_CLICK)
    visitor.post(f"/subscribe/off/{token}/", {"act": "stop"})
    assert Subscription.objects.count() == 1


def test_no_character_of_the_link_can_be_changed(visitor, post, ann):
    token = off(factories.subscription(post, by=ann)).split("/")[3]
    for place, letter in enumerate(token):
        bad = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert visitor.post(f"/subscribe/off/{bad}/", ONE_CLICK).status_code == 404
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("purpose", [tokens.RECEIPT, tokens.VERIFY, tokens.SESSION, tokens.SUBSCRIBE])
def test_a_token_for_another_purpose_ends_nothing(visitor, post, ann, purpose):
    subscription = factories.subscription(post, by=ann)
    assert (
        visitor.post(f"/subscribe/off/{tokens.make_token(purpose, ann.pk, subscription.pk)}/", ONE_CLICK).status_code
        == 404
    )
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Two-Clicks"}, {"act": "drop"}, {"act": "stop:x"}])
def test_unknown_actions_are_refused(visitor, post, ann, body):
    where = off(factories.subscription(post, by=ann))
    assert visitor.post(where, body).status_code == 400
    assert Subscription.objects.count() == 1


def test_a_link_works_for_years(visitor, post, ann, monkeypatch):
    where = off(factories.subscription(post, by=ann))
    later = timezone.now() + timedelta(days=3_000)
    monkeypatch.setattr(signing.time, "time", later.timestamp)
    assert visitor.get(where).status_code == 200


def test_a_link_works_after_the_reader_was_erased(visitor, post, ann):
    where = off(factories.subscription(post, by=ann))
    ann.delete()
    assert "You are unsubscribed" in page(visitor.get(where))
    assert visitor.post(where, ONE_CLICK).status_code == 200
    assert visitor.post(where, {"act": "stop-all"}).status_code == 303


def test_the_page_is_not_cached_not_indexed_and_sends_no_referrer(visitor, post, ann):
    where = off(factories.subscription(post, by=ann))
    for response in (visitor.get(where), visitor.post(where, ONE_CLICK)):
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"
