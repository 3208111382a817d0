"""Staff sign-in: the same answer to every stranger, few attempts, second factors, and no redirect to other sites."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import factories

LOGIN = "/accounts/login/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_tries_counted_yet(db):
    cache.clear()


@pytest.fixture
def mona():
    return factories.user("mona", group="Moderator")


def sign_in(client: Client, name: str = "mona", password: str = "mona", **extra):  # noqa: S107
    return client.post(f"{LOGIN}{extra.pop('query', '')}", {"login": name, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize("name", ["mona", "mona@example.org"])
def test_accounts_sign_in_by_name_or_email_address(name, mona, visitor):
    sign_in(visitor, name)
    assert is_signed_in(visitor)


def test_the_admin_leads_to_the_sign_in_page_and_back(mona, visitor):
    answer = visitor.get("/admin/comments/comment/queue/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    answer = sign_in(visitor, query="?next=/admin/comments/comment/queue/")
    assert (answer.status_code, answer.url) == (302, "/admin/comments/comment/queue/")


def test_without_a_target_signing_in_leads_to_the_admin(mona, visitor):
    assert sign_in(visitor).url == "/admin/"


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "https:evil.test", "https://evil.test/", r"\\evil.test", r"/\evil.test", "http://testserver@evil.test/",
     "javascript:alert(1)"],
)  # fmt: skip
def test_the_return_link_never_leads_to_another_site(target, mona, visitor):
    for client, form in ((visitor, {}), (Client(), {"next": target})):
        data = {"login": "mona", "password": "mona", **form}
        answer = client.post(LOGIN if form else f"{LOGIN}?next={target}", data)
        assert answer.status_code in {200, 302}
        assert "evil" not in answer.headers.get("Location", "")
        assert "javascript" not in answer.headers.get("Location", "")


def words(answer) -> str:
    """The page without the CSRF token and what was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r"nobody|mona", "NAME", page)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(mona, visitor):
    known, unknown = sign_in(visitor, "mona", "wrong"), sign_in(visitor, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert words(known) == words(unknown)


@pytest.mark.parametrize("name", ["mona", "nobody", "mona@example.org", "nobody@example.org"])
def test_an_attempt_costs_one_hash_whether_the_account_exists_or_not(name, mona, monkeypatch):
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *more: hashed.append(1) or encode(self, *more))
    sign_in(Client(), name, "wrong")
    assert len(hashed) == 1


def test_after_five_wrong_passwords_even_the_right_one_must_wait(mona):
    for _ in range(5):
        sign_in(Client(), "mona", "wrong")
    late = Client()
    assert sign_in(late).status_code in {200, 429}
    assert not is_signed_in(late)


def test_one_address_cannot_try_many_names(mona):
    for number in range(10):
        sign_in(Client(), f"name{number}", "wrong")
    late = Client()
    sign_in(late)
    assert not is_signed_in(late)
    elsewhere = Client()
    sign_in(elsewhere, REMOTE_ADDR="203.0.113.50")
    assert is_signed_in(elsewhere)


def test_a_forged_forwarding_header_gives_no_new_attempts(mona):
    for number in range(10):
        sign_in(Client(), f"name{number}", "wrong", headers={"X-Forwarded-For": f"203.0.113.{number}"})
    late = Client()
    sign_in(late, headers={"X-Forwarded-For": "203.0.113.99"})
    assert not is_signed_in(late)


def test_there_is_no_sign_up(visitor):
    form = {"username": "eve", "email": "eve@example.org", "password1": "long-enough-7", "password2": "long-enough-7"}
    visitor.post("/accounts/signup/", form)
    assert not factories.User.objects.filter(username="eve").exists()
    assert b"password1" not in visitor.get("/accounts/signup/").content


def test_an_inactive_account_cannot_sign_in(mona, visitor):
    mona.is_active = False
    mona.save()
    sign_in(visitor)
    assert not is_signed_in(visitor)


@pytest.mark.parametrize("name", ["account", "account_change_password"])
def test_a_signed_in_account_reaches_its_password_and_second_factor_pages(name, mona, visitor):
    sign_in(visitor)
    assert visitor.get(reverse(name)).status_code == 200
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_a_new_second_factor_asks_for_the_password_again(name, mona, visitor):
    sign_in(visitor)
    asked = visitor.get(reverse(name))
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert visitor.post(asked.url, {"password": "mona"}).url == reverse(name)
    assert visitor.get(reverse(name)).status_code == 200


def test_a_second_factor_is_required_once_it_is_set_up(mona, visitor):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(mona, generate_totp_secret())
    assert sign_in(visitor).url == reverse("mfa_authenticate")
    assert not is_signed_in(visitor)


def test_signing_in_renews_the_session_and_its_cookie_is_http_only(mona, visitor, settings):
    settings.SESSION_COOKIE_SECURE = True
    sign_in(visitor)
    cookie = visitor.cookies["registan_session"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"


def test_the_sign_in_form_needs_its_token(mona):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert sign_in(client, headers={"Origin": "http://evil.test"}).status_code == 403


@pytest.mark.parametrize("address", ["/admin/", LOGIN, "/admin/blog/post/add/"])
def test_staff_pages_are_neither_framed_nor_cached(address, visitor):
    if address != LOGIN:
        visitor.force_login(factories.user(group="Editor"))
    answer = visitor.get(address)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
