"""A role gives access to the admin, and losing the last one ends it; the page that refuses says whom to ask."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from registan.roles import ROLES
from tests import factories

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("is_staff", [True, False])
def test_every_role_gives_access_whatever_the_staff_status_says(role, is_staff):
    assert client_of(factories.user(group=role, is_staff=is_staff)).get("/admin/").status_code == 200


@pytest.mark.parametrize("is_staff", [True, False])
def test_without_a_role_there_is_no_access_whatever_the_staff_status_says(is_staff):
    assert client_of(factories.user(is_staff=is_staff)).get("/admin/", follow=True).status_code == 403


def test_a_superuser_and_an_account_with_a_single_permission_have_access():
    some = factories.user()
    some.user_permissions.add(Permission.objects.get(codename="view_tag"))
    assert client_of(some).get("/admin/").status_code == 200
    assert client_of(factories.user(is_superuser=True)).get("/admin/").status_code == 200


def test_losing_the_last_role_ends_access_at_the_next_request():
    user = factories.user()
    user.groups.add(Group.objects.get(name="Moderator"), Group.objects.get(name="Contributor"))
    client = client_of(user)
    for left in (200, 403):
        user.groups.remove(user.groups.first())
        assert client.get("/admin/", follow=True).status_code == left


def test_access_asks_the_database_nothing_that_the_page_does_not_ask_anyway(django_assert_num_queries):
    """The site's clock, the session, the account, its own permissions and its groups': these serve every check."""
    client = client_of(factories.user(group="Moderator"))
    with django_assert_num_queries(5):
        assert client.get("/admin/jsi18n/").status_code == 200


def test_the_refusal_names_administrators_and_offers_to_sign_out():
    factories.author("Oydin", user=factories.user("oydin", group="Administrator"), contact="write@example.org")
    factories.user("boss@example.org", is_superuser=True)
    factories.user("former", group="Administrator", is_active=False)
    client = client_of(factories.user("reader", first_name="Rustam"))
    page = client.get("/admin/", follow=True)
    assert page.status_code == 403
    text = page.content.decode()
    assert "You are signed in as <bdi>Rustam</bdi>. Your account has no role yet" in text
    assert '<a href="mailto:write@example.org"><bdi>Oydin</bdi></a>' in text
    assert "<bdi>boss</bdi>" in text
    for secret in ("oydin@example.org", "boss@example.org", "former"):
        assert secret not in text
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/admin/").url.startswith("/admin/login/")


def test_a_page_beyond_a_role_says_so_and_leads_back():
    text = client_of(factories.user("con", group="Contributor")).get("/admin/auth/user/").content.decode()
    assert "Your role does not include this page" in text
    assert 'href="/admin/"' in text


def test_a_stranger_learns_no_names(visitor):
    factories.user("oydin", group="Administrator")
    text = visitor.get("/admin/", follow=True).content.decode()
    assert "oydin" not in text
