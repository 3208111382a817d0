"""Your account: one page with all that is about it, linked from every page of the admin, in one word for each thing."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from blog.models import Author
from comments.models import Message
from registan.accounts import browsers
from tests import factories
from tests.registan.account_pages import account_pages, build_passkey

ACCOUNT = "/accounts/"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def sign_in(name: str = "mona", **more) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": name}, **more)
    return client


@pytest.fixture
def mona() -> User:
    return factories.user("mona", group="Moderator", first_name="Mona")


def test_every_page_of_the_admin_leads_to_it(mona):
    client = sign_in()
    for address in ("/admin/", "/admin/comments/comment/queue/", "/admin/comments/rule/add/"):
        assert f'href="{ACCOUNT}"' in client.get(address).content.decode()


def test_it_needs_nothing_but_an_account(mona, visitor):
    mona.groups.clear()
    assert sign_in().get(ACCOUNT).status_code == 200
    assert visitor.get(ACCOUNT).url == f"/accounts/login/?next={ACCOUNT}"


def test_one_page_says_all(mona):
    text = sign_in().get(ACCOUNT).content.decode()
    for word in ("Moderator", "mona@example.org", "Passkeys", "Authenticator app", "Where you are signed in", "Name"):
        assert word in text
    for address in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/webauthn/add/",
                    "/accounts/2fa/totp/activate/", "/admin/comments/notice/mine/"):  # fmt: skip
        assert f'href="{address}"' in text


@pytest.mark.parametrize("address", ["/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/"])
def test_allauths_pages_of_the_same_lead_there(address, mona):
    assert sign_in().get(address).url == ACCOUNT


@pytest.mark.parametrize(
    "address",
    ["signup/", "confirm-email/", "login/code/confirm/", "2fa/webauthn/signup/", "2fa/trust/", "social/"],
)
def test_pages_that_nobody_uses_are_not_there(address, mona, visitor):
    for client in (visitor, sign_in()):
        assert client.get(f"/accounts/{address}").status_code == 404
        assert client.post(f"/accounts/{address}", {"email": "eve@example.org"}).status_code == 404


def test_a_name_is_changed_and_the_byline_is_not(mona):
    factories.author("M. M.", user=mona)
    client = sign_in()
    assert client.post(ACCOUNT, {"act": "name", "name": "Mona Karimova"}).status_code == 303
    assert User.objects.get().get_full_name() == "Mona Karimova"
    assert Author.objects.get().name == "M. M."
    for wrong in ("", "x" * 121, "a\nb", "a\0b"):
        assert client.post(ACCOUNT, {"act": "name", "name": wrong}).status_code == 400
    assert "M. M." in client.get(ACCOUNT).content.decode()


@pytest.mark.parametrize("sent", [{}, {"act": "x"}, {"act": "end"}, {"act": "end", "session": "x"}])
def test_no_other_form_is_taken(sent, mona):
    assert sign_in().post(ACCOUNT, sent).status_code == 400


# Sessions


def test_sessions_are_listed_with_browser_network_and_time(mona):
    sign_in(headers=FIREFOX, REMOTE_ADDR="2001:db8:1:2:3::4")
    text = sign_in().get(ACCOUNT).content.decode()
    assert "Firefox on Linux" in text
    assert "2001:db8:1:2::" in text
    assert "3::4" not in text
    assert text.count("this browser") == 1


def test_one_session_is_ended_at_once_and_nobody_elses(mona):
    factories.user("eve", group="Moderator")
    here, there, eve = sign_in(), sign_in(headers=FIREFOX), sign_in("eve")
    ended = UserSession.objects.get(user_agent=FIREFOX["User-Agent"])
    assert eve.post(ACCOUNT, {"act": "end", "session": ended.pk}).status_code == 303
    assert there.get("/admin/").status_code == 200
    assert here.post(ACCOUNT, {"act": "end", "session": ended.pk}).status_code == 303
    assert [client.get("/admin/").status_code for client in (here, there, eve)] == [200, 302, 200]


def test_all_other_sessions_are_ended_at_once(mona):
    factories.user("eve", group="Moderator")
    here, *others, eve = sign_in(), sign_in(), sign_in(), sign_in("eve")
    here.post(ACCOUNT, {"act": "end_others"})
    assert [client.get("/admin/").status_code for client in (here, *others, eve)] == [200, 302, 302, 200]
    assert len(here.get(ACCOUNT).context["sessions"]) == 1


def test_a_session_that_a_changed_password_has_ended_is_not_listed(mona):
    sign_in()
    mona.set_password("plum-and-walnut-7")
    mona.save()
    client = Client()
    client.post("/accounts/login/", {"login": "mona", "password": "plum-and-walnut-7"})
    assert len(client.get(ACCOUNT).context["sessions"]) == 1


def test_this_browser_is_listed_even_if_it_signed_in_before_there_was_a_list(mona):
    client = Client()
    client.force_login(mona)
    [session] = client.get(ACCOUNT).context["sessions"]
    assert session["is_current"]


def test_what_is_stored_of_ended_sessions_is_deleted(mona):
    here, late, gone = sign_in(), sign_in(), sign_in()
    gone.post("/accounts/logout/")
    key = late.session.session_key
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(minutes=1))
    assert browsers.delete_ended_sessions() == 3, "an expired session and its row, and the row of one that signed out"
    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]
    assert browsers.delete_ended_sessions() == 0


def test_the_number_of_queries_does_not_grow_with_sessions_and_passkeys(mona, django_assert_num_queries):
    client = sign_in()
    for number in range(3):
        sign_in()
        Authenticator.objects.create(user=mona, type=Authenticator.Type.WEBAUTHN, data=build_passkey(f"Key {number}"))
    client.get(ACCOUNT)
    with django_assert_num_queries(11):
        client.get(ACCOUNT)


# An address


def test_a_new_address_counts_once_it_is_confirmed(mona, settings):
    client = sign_in()
    asked = client.post("/accounts/email/", {"action_add": "", "email": "mona@example.net"})
    assert asked.url.startswith("/accounts/reauthenticate/"), "an open browser is not enough to take over an account"
    client.post(asked.url, {"password": "mona"})
    client.post("/accounts/email/", {"action_add": "", "email": "mona@example.net"})
    assert User.objects.get().email == "mona@example.org"
    link = re.search(r"/accounts/confirm-email/\S+", Message.objects.latest("pk").text)[0]
    client.get(link)
    assert User.objects.get().email == "mona@example.org"
    client.post(link)
    assert User.objects.get().email == "mona@example.net"


# Words


def test_each_thing_has_one_word():
    texts = account_pages()
    assert len(texts) > 25
    for name, text in texts.items():
        main = re.sub(r"<script.*?</script>", "", text.partition("<main")[2], flags=re.DOTALL)
        said = re.sub(r"<[^>]+>", " ", main)
        wrong = re.search(r"security key|second factor|passwordless|master key|reauthenticate|TOTP|sign up", said, re.I)
        assert wrong is None, f"{name}: {wrong}"


def test_a_passkey_that_no_browser_made_is_refused(mona):
    client = sign_in()
    for sent in ("x", "[]", "{}", '{"id": "x"}', '{"response": []}', '{"id": "eA", "rawId": "eA", "response": {}}'):
        assert Client().post("/accounts/2fa/webauthn/login/", {"credential": sent}).status_code == 302
        assert client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": sent}).status_code == 302
    assert not Authenticator.objects.exists()
