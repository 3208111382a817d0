"""A forgotten password: one email to those we know, through the outbox, to the site's own address, and not too many."""

import re

import pytest
from django.test import Client

from comments.mail import outbox
from comments.models import Message
from tests import factories
from tests.comments.conftest import mailer, server  # noqa: F401  fixtures
from tests.comments.mail_server import MOODS

RESET = "/accounts/password/reset/"
LINK = re.compile(r"https?://\S+/password/reset/key/\S+")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def mona():
    return factories.user("mona", group="Moderator")


def ask(email: str = "mona@example.org", **more):
    return Client().post(RESET, {"email": email}, **more)


def link() -> str:
    return LINK.search(Message.objects.latest("pk").text)[0]


def test_the_link_sets_a_new_password_once(mona, settings, visitor):
    assert ask().status_code == 302
    message = Message.objects.get()
    assert (message.to, settings.SITE_NAME in message.subject, "mona" in message.text) == (
        "mona@example.org",
        True,
        True,
    )
    form = visitor.get(link().removeprefix(settings.SITE_URL), follow=True)
    [(where, _status)] = form.redirect_chain
    chosen = {"password1": "plum-and-walnut-7", "password2": "plum-and-walnut-7"}
    assert visitor.post(where, chosen).status_code == 302
    mona.refresh_from_db()
    assert mona.check_password("plum-and-walnut-7")
    assert b"password1" not in Client().get(link().removeprefix(settings.SITE_URL), follow=True).content


def test_strangers_get_the_same_answer_and_no_email(mona):
    known, unknown = ask(), ask("eve@example.net")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Message.objects.get().to == "mona@example.org"


@pytest.mark.parametrize("mood", MOODS)
def test_no_fault_of_the_mail_server_is_felt_by_whoever_asks(mona, server, mailer, mood):  # noqa: F811
    server.mood = mood
    assert ask().status_code == 302
    assert (server.connections, Message.objects.get().sent_at) == (0, None)


def test_the_worker_sends_it_like_all_other_email(mona, server, mailer):  # noqa: F811
    ask()
    outbox.send_due_messages()
    [mail] = server.taken
    assert mail["Auto-Submitted"] == "auto-generated"
    assert LINK.search(mail.get_body(("plain",)).get_content())
    assert LINK.search(mail.get_body(("html",)).get_content())


def test_the_link_leads_to_the_site_whatever_the_request_says(mona, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://blog.example.org"
    ask(headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert link().startswith("https://blog.example.org/accounts/password/reset/key/")
    assert "evil" not in Message.objects.get().text


def test_an_address_gets_three_a_day(mona):
    for number in range(5):
        assert ask(REMOTE_ADDR=f"203.0.113.{number}").status_code == 302
    assert Message.objects.count() == 3


def test_a_network_asks_ten_times_an_hour(mona):
    told = [ask(f"nobody{number}@example.net", REMOTE_ADDR=f"2001:db8:1:2::{number}") for number in range(12)]
    assert [answer.status_code for answer in told] == [302] * 10 + [429] * 2
    assert ask(REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_thirty_requests_from_thirty_networks_for_a_stranger_send_nothing():
    assert {ask("eve@example.net", REMOTE_ADDR=f"203.0.{number}.7").status_code for number in range(30)} == {302}
    assert not Message.objects.exists()


def test_an_address_that_an_account_adds_is_confirmed_through_the_outbox_too(mona, settings):
    settings.SITE_URL = "https://blog.example.org"
    client = Client()
    client.post("/accounts/login/", {"login": "mona", "password": "mona"})
    client.post("/accounts/reauthenticate/", {"password": "mona"})
    client.post("/accounts/email/", {"action_add": "", "email": "mona@example.net"})
    message = Message.objects.get()
    assert message.to == "mona@example.net"
    assert "https://blog.example.org/accounts/confirm-email/" in message.text


def test_both_pages_are_in_our_words(visitor):
    asked = visitor.get(RESET).content.decode()
    told = visitor.post(RESET, {"email": "eve@example.net"}, follow=True).content.decode()
    assert ("we will send you a link" in asked, "If an account has this address" in told) == (True, True)
    assert "contact us" not in asked + told
