"""Subscribing by email is confirmed once for each address, and reveals nothing about whose address is known."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from comments.mail import verification
from comments.models import Mailbox, Message, Reader, Subscription
from comments.models.subscription import Frequency
from comments.status import Status
from comments.subscriptions import changes
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import complaints, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
ASK, MINE = "/subscribe/mail/", "/subscribe/mine/"


def ask(client: Client, address: str = "192.0.2.1", **fields):
    data = {"email": "ann@example.net", "what": "all", "often": "at once", "hour": "7", "subject": "", **fields}
    return client.post(ASK, data, REMOTE_ADDR=address)


def link() -> str:
    """The link of the newest email."""
    return re.search(r"http\S+?(/subscribe/confirm/\S+)", Message.objects.latest("pk").text)[1]


def known(email: str = "ann@example.net") -> Client:
    """A browser signed in with this address."""
    reader = factories.reader(email)
    return factories.reader_client(reader)


def followed() -> list[str]:
    return [subscription.words for subscription in Subscription.objects.with_targets()]


# Without a session


def test_from_the_form_by_email_to_the_subscription(visitor):
    assert 'action="/subscribe/mail/"' in page(visitor.get("/subscribe/"))
    response = ask(visitor, email="Ann@example.net")
    assert response.status_code == 303
    assert "Check your inbox" in page(visitor.get(response["Location"]))
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == ["Ann@example.net"]
    assert "All new posts" in sent.body
    where = re.search(r"http\S+?(/subscribe/confirm/\S+)", sent.body)[1]
    html = page(visitor.get(where))
    assert "All new posts" in html
    assert "Ann@example.net" in html
    assert followed() == []
    answer = visitor.post(where)
    assert (answer.status_code, answer["Location"]) == (303, MINE)
    assert followed() == ["All new posts"]
    reader = Reader.objects.get(email="ann@example.net")
    assert reader.verified_at
    assert reader.mailbox.address == "Ann@example.net"
    assert "All new posts" in page(visitor.get(MINE))  # the browser is signed in by now


def test_the_field_under_a_post_asks_for_nothing_but_the_address(visitor, post):
    first, second = (visitor.get(post.get_absolute_url()).content for _ in range(2))
    assert first == second
    form = re.search(rb'<form class="subscribe-box".*?</form>', first, re.DOTALL)[0].decode()
    assert "csrf" not in form
    assert re.findall(r'type="(\w+)" name="(\w+)"', form) == [
        ("email", "email"), ("hidden", "what"), ("hidden", "often"), ("hidden", "hour"), ("text", "subject"),
    ]  # fmt: skip
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    browser = Client(enforce_csrf_checks=True)
    answers = []
    for email in ("ann@example.net", "known@example.net"):
        factories.reader("known@example.net")
        answers.append(browser.post(ASK, {**sent, "email": email, "subject": ""}))
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, f"{ASK}?asked")}
    assert Message.objects.count() == 2
    visitor.post(link())
    assert followed() == ["All new posts"]
    assert browser.post(ASK, {**sent, "email": "bot@example.net", "subject": "x"}).status_code == 303
    assert Message.objects.count() == 2
    refused = browser.post(ASK, {**sent, "email": "no address"})
    assert refused.status_code == 400
    assert complaints(refused)


def test_nothing_but_the_message_is_stored_until_it_is_confirmed(visitor):
    ask(visitor)
    assert not Reader.objects.exists()
    assert not Subscription.objects.exists()
    assert Message.objects.get().reader is None


def test_the_message_is_deleted_after_a_month(visitor, time):
    ask(visitor)
    time.pass_(days=29)
    assert verification.delete_old_requests() == 0
    time.pass_(days=2)
    assert verification.delete_old_requests() == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_changes_nothing(visitor, method):
    ask(visitor)
    for _ in range(10):
        response = getattr(visitor, method)(link())
        assert response.status_code in {200, 405}
        assert not response.cookies
    assert not Reader.objects.exists()


def test_pressing_twice_makes_one_subscription(visitor):
    ask(visitor)
    for _ in range(2):
        assert visitor.post(link()).status_code == 303
    assert Subscription.objects.count() == 1


def test_another_site_cannot_press_the_button(visitor):
    ask(visitor)
    for site in ("cross-site", "same-site"):
        response = visitor.post(link(), headers={"Sec-Fetch-Site": site, "Origin": "null"})
        assert response.status_code == 403
        assert not response.cookies
    assert not Subscription.objects.exists()


def test_each_of_several_links_confirms_its_own(visitor):
    tea = factories.tag("Tea")
    ask(visitor)
    first = link()
    ask(visitor, what=f"tag:{tea.pk}", often="daily", hour="21")
    visitor.post(link())
    assert followed() == ["New posts tagged “Tea”"]
    assert Mailbox.objects.get().hour == 21
    visitor.post(first)
    assert sorted(followed()) == ["All new posts", "New posts tagged “Tea”"]
    assert Mailbox.objects.get().hour == 21  # what comes at once says nothing of an hour


def test_a_link_works_for_three_days(visitor, monkeypatch):
    ask(visitor)
    where = link()
    for hours, status in ((71, 200), (73, 410)):
        later = timezone.now() + timedelta(hours=hours)
        with monkeypatch.context() as patch:
            patch.setattr(signing.time, "time", later.timestamp)
            assert visitor.get(where).status_code == status
            assert status == 200 or visitor.post(where).status_code == 410
    assert not Subscription.objects.exists()


def test_no_character_of_the_link_can_be_changed(visitor):
    ask(visitor)
    token = link().split("/")[3]
    for place, letter in enumerate(token):
        bad = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert visitor.post(f"/subscribe/confirm/{bad}/").status_code == 404
    assert not Reader.objects.exists()


@pytest.mark.parametrize("purpose", [tokens.RECEIPT, tokens.VERIFY, tokens.SESSION, tokens.UNSUBSCRIBE])
def test_a_token_for_another_purpose_confirms_nothing(visitor, purpose):
    token = tokens.make_token(purpose, "ann@example.net", "all", "at once", 7)
    assert visitor.post(f"/subscribe/confirm/{token}/").status_code == 404


def test_a_topic_that_is_no_longer_public_is_said_to_be_gone(visitor):
    tag = factories.tag()
    ask(visitor, what=f"tag:{tag.pk}")
    tag.delete()
    assert visitor.get(link()).status_code == visitor.post(link()).status_code == 410


@pytest.mark.parametrize("address", ["/subscribe/mail/", "/subscribe/mine/"])
def test_forms_are_not_cached(visitor, address):
    response = visitor.get(address)
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_link_is_not_cached_not_indexed_and_sends_no_referrer(visitor):
    ask(visitor)
    for response in (visitor.get(link()), visitor.post(link())):
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"


# With a session


def test_a_reader_who_is_signed_in_subscribes_without_an_email(post):
    client = known()
    response = ask(client, what=f"post:{post.thread_id}", email="ANN@example.net")
    assert (response.status_code, response["Location"]) == (303, MINE)
    assert followed() == ["New comments on “The tea house”"]
    assert not Message.objects.exists()


def test_a_session_of_one_address_confirms_no_other(post):
    client = known("bob@example.net")
    assert ask(client, what=f"post:{post.thread_id}")["Location"] == "/subscribe/mail/?asked"
    assert followed() == []
    assert Message.objects.get().to == "ann@example.net"


def test_subscribing_again_changes_the_frequency(post):
    client = known()
    ask(client, what=f"post:{post.thread_id}")
    ask(client, what=f"post:{post.thread_id}", often="daily", hour="9")
    assert list(Subscription.objects.values_list("often", flat=True)) == ["daily"]
    assert Mailbox.objects.get().hour == 9


def test_subscriptions_of_one_reader_are_limited(monkeypatch):
    monkeypatch.setattr(changes, "MAX_SUBSCRIPTIONS", 2)
    client = known()
    answers = [ask(client, what=f"tag:{factories.tag().pk}").status_code for _ in range(3)]
    assert answers == [303, 303, 409]
    assert Subscription.objects.count() == 2


# Privacy and limits


def answers_to(visitor: Client, **fields) -> tuple:
    response = ask(visitor, **fields)
    return response.status_code, response["Location"], response.content, tuple(response.cookies)


def test_the_answer_is_the_same_for_every_address(visitor, post):
    factories.subscription(by=factories.reader("ann@example.net"))
    Reader.of("seen@example.net")
    found = {answers_to(visitor, email=f"{who}@example.net") for who in ("ann", "seen", "nobody")}
    assert len(found) == 1


def test_a_stranger_cannot_change_the_subscriptions_of_an_address(visitor, time):
    own = factories.subscription(by=factories.reader("ann@example.net"), often=Frequency.DAILY, hour=6)
    ask(visitor, often="at once")
    ask(visitor, often="daily", hour="23")
    assert Subscription.objects.get() == own
    assert Subscription.objects.get().often == Frequency.DAILY
    assert Mailbox.objects.get().hour == 6


def test_emails_to_one_address_are_limited_and_the_answer_stays_the_same(visitor):
    found = {answers_to(visitor, address=f"192.0.2.{number}") for number in range(verification.MAILS_A_DAY + 3)}
    assert len(found) == 1
    assert Message.objects.count() == verification.MAILS_A_DAY


def test_verifications_and_subscriptions_share_one_limit(visitor, post):
    comment = factories.comment(post, status=Status.PENDING, email="ann@example.net")
    for _ in range(verification.MAILS_A_DAY - 1):
        assert verification.request_verification(comment, address="198.51.100.1") == 0
    ask(visitor, email="ANN@example.net")
    ask(visitor)
    assert verification.request_verification(comment, address="198.51.100.1") > 0
    assert Message.objects.count() == verification.MAILS_A_DAY


def test_requests_from_one_home_are_limited_by_hour_with_a_message(visitor):
    answers = [ask(visitor, email=f"{number}@example.net") for number in range(verification.MAILS_AN_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [303] * verification.MAILS_AN_HOUR + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "Try again in an hour" in complaints(answers[-1])
    assert ask(visitor, "198.51.100.9").status_code == 303


def test_bots_get_the_same_answer_and_nothing_is_sent(visitor):
    assert answers_to(visitor, subject="Hello") == answers_to(visitor)
    assert Message.objects.count() == 1


def test_the_email_holds_no_text_that_a_stranger_typed(visitor):
    ask(visitor, email="ann@example.net", hour="7")
    message = Message.objects.get()
    assert message.subject == "Confirm your subscription to Registan"
    assert "All new posts" in message.text
    assert max(len(line) for line in message.text.splitlines() if "http" not in line) <= 72


def test_another_site_cannot_send_the_form(visitor):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        response = visitor.post(ASK, {"email": "ann@example.net", "what": "all", "often": "daily"}, headers=headers)
        assert response.status_code == 403
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "ann"}, "valid email"),
        ({"email": "ann@example.net\nBcc: eve@example.net"}, "valid email"),
        ({"email": "a" * 250 + "@example.net"}, "254"),
        ({"what": "post:1"}, "no longer available"),
        ({"what": "post:99999999999999999999"}, "no longer available"),
        ({"what": "tag:\0"}, "no longer available"),
        ({"what": "replies"}, "no longer available"),
        ({"what": ""}, "required"),
        ({"often": "hourly"}, "Choose how often"),
        ({"hour": "24"}, "Choose an hour from the list"),
    ],
)
def test_invalid_values_are_refused_with_the_field_named(visitor, fields, words):
    response = ask(visitor, **fields)
    assert response.status_code == 400
    assert words in complaints(response)
    assert not Message.objects.exists()


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_topics_that_are_not_public_are_not_named_and_cannot_be_subscribed_to(visitor, make):
    hidden = make(title="Secret plan")
    assert "Secret plan" not in page(visitor.get(f"{ASK}?what=post:{hidden.thread_id}"))
    assert ask(visitor, what=f"post:{hidden.thread_id}").status_code == 400
    assert not Message.objects.exists()


# Links to the form


def test_every_page_with_a_topic_links_to_its_form(visitor):
    tag, author = factories.tag("Tea"), factories.author("Alice")
    post = factories.post(authors=[author], tags=[tag])
    for address, what, words in (
        (post.get_absolute_url(), f"post:{post.thread_id}", "New comments on “The tea house”"),
        (tag.get_absolute_url(), f"tag:{tag.pk}", "New posts tagged “Tea”"),
        (author.get_absolute_url(), f"author:{author.pk}", "New posts by Alice"),
    ):
        where = f"/subscribe/mail/?what={what}"
        assert f'href="{where}"' in page(visitor.get(address))
        html = page(visitor.get(where))
        assert f'<option value="{what}" selected>{words}</option>' in html
        assert html.count(f'value="{what}"') == 1


def test_a_closed_conversation_is_not_offered(visitor):
    post = factories.post(conversation="closed")
    assert "what=post" not in page(visitor.get(post.get_absolute_url()))


def test_the_form_on_the_cached_page_offers_authors_and_tags_with_posts(visitor):
    factories.post(authors=[factories.author("Alice")], tags=[factories.tag("Tea")])
    factories.tag("Nothing yet")
    html = page(visitor.get("/subscribe/"))
    assert ">Tea</option>" in html
    assert ">Alice</option>" in html
    assert "Nothing yet" not in html


def test_the_cached_page_is_the_same_for_everybody(visitor):
    first = visitor.get("/subscribe/?what=all")
    assert first.content == Client().get("/subscribe/").content
    assert first["Cache-Control"].startswith("public")
    assert "csrf" not in page(first)


def test_the_form_is_filled_with_the_address_of_a_signed_in_reader():
    assert 'value="ann@example.net"' in page(known().get(ASK))


def test_the_form_takes_few_queries_for_a_stranger(visitor, django_assert_num_queries):
    for _ in range(30):
        factories.post(authors=[factories.author()], tags=[factories.tag()])
    with django_assert_num_queries(4):  # authors and tags of the form, the clock, the standing pages
        visitor.get(ASK)
