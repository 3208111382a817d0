"""Administrators manage accounts, but never grant more than their own permissions."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories

LIST = "/admin/auth/user/"


@pytest.fixture
def adam(db) -> Client:
    """An administrator who is not a superuser."""
    client = Client()
    client.user = factories.user("adam", group="Administrator")
    client.force_login(client.user)
    return client


def change(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def form(user: User, **fields) -> dict:
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
    return {"username": user.username, "email": user.email, "is_active": "on", **joined, **fields}


def stored(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_an_administrator_gives_and_takes_a_role(adam):
    zoe, role = factories.user("zoe"), Group.objects.get(name="Author")
    for groups in ([role.pk], []):
        assert adam.post(change(zoe), form(zoe, groups=groups)).status_code == 302
        assert stored(zoe).has_perm("blog.publish_post") == bool(groups)


def test_the_form_of_an_account_has_no_staff_tick_no_hash_and_no_dates_to_edit(adam):
    text = adam.get(change(factories.user("zoe", group="Author"))).content.decode()
    for word in ("is_staff", "is_active", "md5", "salt", 'name="last_login', 'name="date_joined', "is_superuser"):
        assert word not in text


def test_the_last_administrator_keeps_that_role(adam):
    assert "groups" in adam.post(change(adam.user), form(adam.user)).context["adminform"].form.errors
    second = factories.user("second", group="Administrator")
    assert adam.post(change(second), form(second)).status_code == 302
    factories.user("root", is_superuser=True)
    assert adam.post(change(adam.user), form(adam.user)).status_code == 302
    assert not stored(adam.user).groups.exists()


def test_the_last_superuser_stays_one(db):
    client, root = Client(), factories.user("root", is_superuser=True)
    client.force_login(root)
    factories.user("adam", group="Administrator")
    client.post(change(root), form(root))
    assert stored(root).is_superuser
    factories.user("second", is_superuser=True)
    client.post(change(root), form(root))
    assert not stored(root).is_superuser


def test_an_administrator_can_make_nobody_a_superuser(adam):
    factories.user("second", group="Administrator")
    eve, every = factories.user("eve"), Permission.objects.values_list("pk", flat=True)
    for user in (eve, adam.user):
        sent = form(user, is_superuser="on", user_permissions=list(every))
        assert adam.post(change(user), sent).status_code == 302
        assert not stored(user).is_superuser
        assert not stored(user).user_permissions.exists()


@pytest.mark.parametrize("is_active", [True, False])
def test_an_administrator_cannot_change_a_superuser(is_active, adam):
    root = factories.user("root", is_superuser=True)
    User.objects.filter(pk=root.pk).update(is_active=is_active)
    assert adam.post(change(root), form(root, email="mine@example.org")).status_code == 403
    passwords = {"password1": "long-enough-7", "password2": "long-enough-7", "usable_password": "true"}
    assert adam.post(f"{LIST}{root.pk}/password/", passwords).status_code == 403
    assert stored(root).email == "root@example.org"
    assert stored(root).check_password("root")


def test_an_administrator_cannot_change_an_account_with_more_permissions(adam):
    strong = factories.user("strong")
    strong.user_permissions.add(Permission.objects.get(codename="delete_user"))
    assert adam.post(change(strong), form(strong)).status_code == 403
    assert adam.get(f"{LIST}{strong.pk}/password/").status_code == 403


def test_an_administrator_cannot_grant_a_group_with_more_permissions(adam):
    eve, mighty = factories.user("eve"), Group.objects.create(name="Mighty")
    mighty.permissions.add(Permission.objects.get(codename="delete_user"))
    response = adam.post(change(eve), form(eve, groups=[mighty.pk]))
    assert "groups" in response.context["adminform"].form.errors
    assert not stored(eve).groups.exists()


def test_an_administrator_cannot_change_a_group(adam):
    group = Group.objects.get(name="Administrator")
    everything = list(Permission.objects.values_list("pk", flat=True))
    sent = {"name": "Administrator", "permissions": everything}
    assert adam.post(f"/admin/auth/group/{group.pk}/change/", sent).status_code == 403


def test_two_factor_authentication_is_reset_but_never_a_superusers(adam):
    eve, root = factories.user("eve"), factories.user("root", is_superuser=True)
    for user in (eve, root):
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    adam.post(LIST, {"action": "reset_two_factor", "_selected_action": [eve.pk, root.pk]})
    assert [authenticator.user for authenticator in Authenticator.objects.all()] == [root]


def test_a_superuser_can_do_all_of_it(db):
    client = Client()
    client.force_login(factories.user("root", is_superuser=True, group="Administrator"))
    eve = factories.user("eve")
    client.post(change(eve), form(eve, is_superuser="on"))
    assert stored(eve).is_superuser


def test_the_list_costs_the_same_however_many_accounts_there_are(adam, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as few:
        adam.get(LIST)
    for role in ("Author", "Editor", "Moderator"):
        factories.user(group=role)
    with django_assert_max_num_queries(len(few)):
        adam.get(LIST)
