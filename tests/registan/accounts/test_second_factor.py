"""The owner asks for two-factor authentication by role: then nothing in the admin opens before it is set up."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from blog.models.site import Site
from registan.accounts import second_factor
from tests import factories
from tests.registan.test_roles import path_of, rows, staff_addresses  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
WORDS = "Everything that I have typed."


@pytest.fixture
def required(monkeypatch) -> list[str]:
    """The roles that need it."""
    roles = ["Author"]
    monkeypatch.setattr(second_factor, "roles_requiring_second_factor", lambda: roles)
    return roles


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def add_app(user) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


def test_no_staff_address_opens_before_it_is_set_up(required, rows):  # noqa: F811
    client = client_of(factories.User.objects.get(username="alice"))
    for name, route in staff_addresses():
        if name in {"login", "logout"}:
            continue
        path = path_of(route, rows)
        for answer in (client.get(path), client.post(path, {"post": "yes"})):
            assert (answer.status_code, answer.url) == (302, "/accounts/"), path
    assert "needs two-factor authentication" in client.get("/accounts/").content.decode()
    assert client.post("/admin/logout/").status_code == 200


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_it_opens_with_a_passkey_or_an_app_and_closes_without(kind, required):
    user = factories.user(group="Author")
    client, held = client_of(user), Authenticator.objects.create(user=user, type=kind, data={})
    assert client.get("/admin/").status_code == 200
    held.delete()
    assert client.get("/admin/").status_code == 302


def test_recovery_codes_alone_are_no_second_factor(required):
    user = factories.user(group="Author")
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert client_of(user).get("/admin/").status_code == 302


def test_other_roles_need_none_but_a_superuser_does(required):
    assert client_of(factories.user(group="Moderator")).get("/admin/").status_code == 200
    root = factories.user(is_superuser=True)
    assert client_of(root).get("/admin/").status_code == 302
    both = factories.user(group="Moderator")
    both.groups.add(Group.objects.get(name="Author"))
    assert client_of(both).get("/admin/").status_code == 302


def test_an_account_without_a_role_still_learns_whom_to_ask(required):
    assert client_of(factories.user()).get("/admin/", follow=True).status_code == 403


def test_a_form_that_was_open_meanwhile_is_kept_and_can_be_sent_again(required, alice):
    sent = factories.post_form(body=WORDS)
    answer = alice.post("/admin/blog/post/add/", sent)
    assert answer.status_code == 403
    text = answer.content.decode()
    assert WORDS in text
    assert 'href="/accounts/"' in text
    add_app(alice.user)
    assert alice.post("/admin/blog/post/add/", sent).status_code == 302


def test_the_owner_says_so_on_the_site_page(alice):
    assert alice.get("/admin/").status_code == 200
    site = Site.get()
    for roles, status in ((["Author"], 302), (["Moderator"], 200), ([], 200)):
        site.second_factor_roles = roles
        site.save()
        assert alice.get("/admin/").status_code == status


def test_where_nobody_asks_for_it_no_query_is_made(django_assert_num_queries, required):
    required.clear()
    user = factories.user(group="Author")
    with django_assert_num_queries(0):
        assert not second_factor.lacks_second_factor(user)
    required.append("Author")
    add_app(user)
    with django_assert_num_queries(1):
        assert not second_factor.lacks_second_factor(user)
