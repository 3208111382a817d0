"""Inviting somebody: one link that opens one account once, within a week, and nothing after it was withdrawn."""

import re
import string
import threading
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from blog.models import Author
from comments.models import Message
from registan.accounts import invitations
from registan.roles import ROLES
from tests import factories

ADD, LIST = "/admin/auth/user/add/", "/admin/auth/user/"
LINK = re.compile(r"https?://\S+/accounts/invitation/\S+")
# What is stored of an account that is still only invited.
UNTOUCHED = {"is_active": False, "last_login": None, "first_name": ""}
GOOD = {"name": "Zulfiya Isroilova", "password": "plum-and-walnut-7"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def adam(db) -> Client:
    """An administrator who is not a superuser."""
    client = Client()
    client.user = factories.user("adam", group="Administrator", first_name="Adam", last_name="Karim")
    client.force_login(client.user)
    return client


def invite(client: Client, email: str = "zulfiya@example.net", role: str = "Author"):
    return client.post(ADD, {"email": email, "role": Group.objects.get(name=role).pk})


@pytest.fixture
def zulfiya(adam) -> User:
    """Invited as an author, and not here yet."""
    invite(adam)
    return User.objects.get(email="zulfiya@example.net")


def path_of(user: User, settings) -> str:
    return invitations.invitation_url(User.objects.get(pk=user.pk)).removeprefix(settings.SITE_URL)


def is_untouched(user: User) -> bool:
    stored = User.objects.get(pk=user.pk)
    return (
        {name: getattr(stored, name) for name in UNTOUCHED} == UNTOUCHED
        and stored.password == user.password
        and not Author.objects.exists()
    )


def manage(user: User) -> str:
    return f"{LIST}{user.pk}/invitation/"


# Inviting


def test_the_users_list_leads_to_the_invitation(adam):
    assert f'href="{ADD}"' in adam.get(LIST).content.decode()
    text = adam.get(ADD).content.decode()
    assert "Invite somebody" in text
    assert 'type="password"' not in text


def test_an_invitation_is_an_email_with_a_link_to_the_site_itself(adam, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://blog.example.org", ["*"]
    page = adam.post(
        ADD,
        {"email": "zulfiya@example.net", "role": Group.objects.get(name="Author").pk},
        headers={"Host": "evil.example"},
    )
    user, message = User.objects.get(email="zulfiya@example.net"), Message.objects.get()
    assert (page.status_code, page.url) == (303, manage(user))
    assert (message.to, settings.SITE_NAME in message.subject) == ("zulfiya@example.net", True)
    assert "Adam Karim" in message.text
    assert LINK.search(message.text)[0].startswith("https://blog.example.org/accounts/invitation/")
    assert "evil" not in message.text
    assert (user.username, [group.name for group in user.groups.all()]) == ("zulfiya", ["Author"])
    assert not user.has_usable_password()
    assert is_untouched(user)
    assert LogEntry.objects.filter(object_id=user.pk, user=adam.user).exists()


def test_nobody_signs_in_before_the_invitation_is_accepted(zulfiya, visitor):
    visitor.post("/accounts/login/", {"login": "zulfiya", "password": zulfiya.password})
    visitor.post("/accounts/password/reset/", {"email": zulfiya.email})
    assert visitor.get("/admin/").status_code == 302
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["mona", "MONA@Example.org", "mona@example.org", "", "x@y", "a@b.org\nBcc: c@d.org"]
)
def test_an_address_that_cannot_be_invited_is_refused_with_a_sentence(address, adam):
    factories.user("mona", group="Moderator")
    form = invite(adam, address).context["adminform"].form
    assert form.errors["email"]
    if address.lower() == "mona@example.org":
        assert form.errors["email"] == [f"{address} already has an account here: mona."]
    assert User.objects.count() == 2
    assert not Message.objects.exists()


def test_who_was_invited_already_is_invited_again_from_the_list(adam, zulfiya):
    form = invite(adam, "Zulfiya@example.net").context["adminform"].form
    assert "has been invited already" in form.errors["email"][0]
    assert User.objects.filter(email__iexact="zulfiya@example.net").count() == 1


def test_two_with_the_same_first_part_of_the_address_get_names_of_their_own(adam):
    for host in ("net", "org", "com"):
        invite(adam, f"zulfiya@example.{host}")
    assert [user.username for user in invitations.invited().order_by("pk")] == ["zulfiya", "zulfiya2", "zulfiya3"]


def test_nobody_invites_into_a_role_with_permissions_that_they_lack(adam):
    mighty = Group.objects.create(name="Mighty")
    mighty.permissions.add(Permission.objects.get(codename="delete_user"))
    form = invite(adam, role="Mighty").context["adminform"].form
    assert form.errors["role"]
    assert "Mighty" not in str(form["role"])
    assert User.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Administrator"])
def test_only_administrators_invite(role):
    client = Client()
    client.force_login(factories.user("eve", group=role))
    assert (client.get(ADD).status_code, invite(client).status_code) == (403, 403)
    assert User.objects.count() == 1


def test_without_a_mail_server_the_link_is_shown_to_be_passed_on(adam, zulfiya, settings):
    settings.MAIL = None
    assert f"{settings.SITE_URL}/accounts/invitation/" in adam.get(manage(zulfiya)).content.decode()
    settings.MAIL = {"BACKEND": "x"}
    assert "/accounts/invitation/" not in adam.get(manage(zulfiya)).content.decode()


def test_an_address_gets_three_invitations_a_day(adam, zulfiya):
    Message.objects.update(sent_at=timezone.now())
    for _ in range(4):
        adam.post(manage(zulfiya), {"act": "send"})
        Message.objects.update(sent_at=timezone.now())
    assert Message.objects.count() == 3
    assert "has been sent three invitations today" in adam.get(LIST).content.decode()


# Accepting


@pytest.mark.parametrize("role", ROLES)
def test_accepting_sets_name_and_password_signs_in_and_leads_to_the_dashboard(role, adam, settings, visitor):
    invite(adam, role=role)
    user = invitations.invited().get()
    path = path_of(user, settings)
    assert "zulfiya@example.net" in visitor.get(path).content.decode()
    answer = visitor.post(path, GOOD)
    assert (answer.status_code, answer.url) == (303, "/admin/")
    assert visitor.get("/admin/").status_code == 200
    user.refresh_from_db()
    assert (user.is_active, user.get_full_name(), user.check_password(GOOD["password"])) == (True, GOOD["name"], True)
    names = [author.name for author in Author.objects.filter(user=user)]
    assert names == ([] if role == "Moderator" else [GOOD["name"]])
    later = Client()
    later.post("/accounts/login/", {"login": "zulfiya@example.net", "password": GOOD["password"]})
    assert later.get("/admin/").status_code == 200


def test_a_name_that_an_author_has_already_gets_a_page_of_its_own(zulfiya, settings, visitor):
    factories.author(GOOD["name"], slug="zulfiya-isroilova")
    visitor.post(path_of(zulfiya, settings), GOOD)
    assert len({author.slug for author in Author.objects.filter(name=GOOD["name"])}) == 2


@pytest.mark.parametrize("method", ["get", "head", "options", "put"])
def test_only_a_post_changes_anything(method, zulfiya, settings, visitor):
    path = path_of(zulfiya, settings)
    for _ in range(3):
        getattr(visitor, method)(path)
    assert is_untouched(zulfiya)
    assert visitor.post(path, GOOD).status_code == 303


@pytest.mark.parametrize(
    "sent",
    [{}, {"name": "", "password": GOOD["password"]}, {"name": "Z", "password": ""}, {"name": "Z", "password": "short"},
     {"name": "Z", "password": "password1"}, {"name": "Zulfiya\nIsroilova" * 20, "password": GOOD["password"]},
     {"name": "a\0b", "password": GOOD["password"]}, {"name": "", "create_passkey": "yes"},
     {"name": "Z", "passkey-credential": "x"}, {"name": "Z", "passkey-credential": "{}"},
     {"name": "Z", "passkey-credential": '{"id": "x", "response": {}}', "passkey-name": "x"}],
)  # fmt: skip
def test_a_form_that_is_not_complete_is_shown_again(sent, zulfiya, settings, visitor):
    answer = visitor.post(path_of(zulfiya, settings), sent)
    assert answer.status_code == 400
    assert is_untouched(zulfiya)
    assert visitor.get("/admin/").status_code == 302


def test_the_link_works_in_any_browser_but_once(zulfiya, settings, visitor):
    path = path_of(zulfiya, settings)
    visitor.get(path)
    assert Client().post(path, GOOD).status_code == 303
    password = User.objects.get(pk=zulfiya.pk).password
    for client in (visitor, Client()):
        assert client.get(path).status_code == 404
        assert client.post(path, {**GOOD, "password": "another-plum-8"}).status_code == 404
    assert "This link no longer works" in visitor.get(path).content.decode()
    assert User.objects.get(pk=zulfiya.pk).password == password


def test_who_is_signed_in_already_accepts_nothing_by_mistake(zulfiya, settings, adam):
    path = path_of(zulfiya, settings)
    assert [adam.get(path).status_code, adam.post(path, GOOD).status_code] == [409, 409]
    assert "You are signed in as <bdi>Adam Karim</bdi>" in adam.get(path).content.decode()
    assert is_untouched(zulfiya)


def test_another_site_cannot_send_the_form(zulfiya, settings, visitor):
    answer = visitor.post(path_of(zulfiya, settings), GOOD, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert is_untouched(zulfiya)


def test_a_link_with_any_character_changed_opens_nothing(zulfiya, settings, visitor):
    path = path_of(zulfiya, settings)
    start = path.index("/invitation/") + len("/invitation/")
    for place in range(start, len(path) - 1):
        other = next(sign for sign in string.ascii_letters + string.digits if sign != path[place])
        for changed in (path[:place] + other + path[place + 1 :], path[:place] + path[place + 1 :]):
            assert visitor.post(changed, GOOD).status_code in {404, 410}, changed
    assert is_untouched(zulfiya)


def test_a_link_made_for_something_else_opens_nothing(zulfiya, settings, visitor):
    from comments.web import tokens

    key = invitations.link_key(zulfiya)
    for token in (
        tokens.make_token(tokens.VERIFY, zulfiya.pk, key),
        tokens.make_token(invitations.PURPOSE, zulfiya.pk),
        tokens.make_token(invitations.PURPOSE, zulfiya.pk, key[:-1]),
        tokens.make_token(invitations.PURPOSE, factories.user("mona").pk, key),
    ):
        assert visitor.post(f"/accounts/invitation/{token}/", GOOD).status_code == 404
    assert is_untouched(zulfiya)


def age(user: User, by: timedelta) -> None:
    """Make the invitation older."""
    seconds = int((invitations.expiry(user) - invitations.INVITATION_AGE - by).timestamp())
    user.password = f"{invitations.INVITED_PREFIX}{seconds}:{invitations.link_key(user)}"
    user.save()


def test_the_link_works_for_a_week(zulfiya, settings, visitor, adam):
    age(zulfiya, timedelta(days=7, minutes=-1))
    assert visitor.get(path_of(zulfiya, settings)).status_code == 200
    age(zulfiya, timedelta(minutes=2))
    path = path_of(zulfiya, settings)
    assert (visitor.get(path).status_code, visitor.post(path, GOOD).status_code) == (410, 410)
    assert "This invitation has expired" in visitor.get(path).content.decode()
    assert is_untouched(zulfiya)
    assert "Invitation expired" in adam.get(LIST).content.decode()


def test_the_signature_of_a_link_is_no_older_than_a_week_either(zulfiya, settings, visitor, monkeypatch):
    path = path_of(zulfiya, settings)
    from django.core import signing

    now = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: now() + timedelta(days=7, minutes=1).total_seconds())
    assert visitor.post(path, GOOD).status_code == 410
    assert is_untouched(zulfiya)


def test_the_page_is_stored_nowhere_and_the_link_is_in_no_log_or_referrer(zulfiya, settings, visitor):
    from registan.logs.masking import mask_tokens

    path = path_of(zulfiya, settings)
    answer = visitor.get(path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert mask_tokens(f"GET {path}") == "GET /accounts/invitation/.../"


# Again, and not at all


def test_pending_invitations_are_seen_and_filtered_in_the_list(adam, zulfiya):
    text = adam.get(LIST).content.decode()
    assert f'<a href="{manage(zulfiya)}">Invited, not yet accepted</a>' in text
    for state, shown in {"invited": 1, "active": 1, "closed": 0}.items():
        assert len(adam.get(f"{LIST}?state={state}").context["cl"].result_list) == shown


def test_sending_again_makes_a_new_link_and_ends_the_old_one(adam, zulfiya, settings, visitor):
    old = path_of(zulfiya, settings)
    assert adam.post(manage(zulfiya), {"act": "send"}).status_code == 303
    assert visitor.post(old, GOOD).status_code == 404
    assert visitor.post(path_of(zulfiya, settings), GOOD).status_code == 303
    assert Message.objects.count() == 1, "the email with the dead link was not sent yet, and is gone"


def test_a_withdrawn_invitation_leaves_nothing_behind(adam, zulfiya, settings, visitor):
    path = path_of(zulfiya, settings)
    assert adam.post(manage(zulfiya), {"act": "withdraw"}).status_code == 303
    assert visitor.post(path, GOOD).status_code == 404
    assert not User.objects.filter(email=zulfiya.email).exists()
    assert not Message.objects.exists()
    assert invite(adam).status_code == 303


@pytest.mark.parametrize("act", ["send", "withdraw"])
def test_an_accepted_invitation_can_be_neither_sent_again_nor_withdrawn(act, adam, zulfiya, settings, visitor):
    stale = User.objects.get(pk=zulfiya.pk)
    visitor.post(path_of(zulfiya, settings), GOOD)
    assert not {"send": invitations.renew, "withdraw": invitations.withdraw}[act](stale)
    assert adam.post(manage(zulfiya), {"act": act}).status_code == 404
    assert visitor.get("/admin/").status_code == 200


def test_an_administrator_manages_no_invitation_beyond_their_own_role(adam, zulfiya):
    zulfiya.user_permissions.add(Permission.objects.get(codename="delete_user"))
    for act in ("send", "withdraw"):
        assert adam.post(manage(zulfiya), {"act": act}).status_code == 403
    assert is_untouched(zulfiya)


def test_nobody_sets_the_password_of_an_account_that_is_not_open(adam, zulfiya):
    passwords = {"password1": "long-enough-7", "password2": "long-enough-7", "usable_password": "true"}
    assert adam.post(f"{LIST}{zulfiya.pk}/password/", passwords).status_code == 404
    assert is_untouched(zulfiya)


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_accept_at_once_one_comes_in(settings, adam):
    invite(adam)
    path = path_of(invitations.invited().get(), settings)
    start, statuses = threading.Barrier(10), []

    def accept(number: int) -> None:
        try:
            start.wait()
            answer = Client().post(path, {"name": f"Zulfiya {number}", "password": f"plum-and-walnut-{number}"})
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] + [404] * 9
    user = User.objects.get(email="zulfiya@example.net")
    assert user.check_password(f"plum-and-walnut-{user.first_name[-1]}")
    assert Author.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_five_who_invite_the_same_address_at_once_one_does(adam):
    role, start, statuses = Group.objects.get(name="Author").pk, threading.Barrier(5), []

    def send() -> None:
        client = Client()
        client.cookies = adam.cookies
        try:
            start.wait()
            statuses.append(client.post(ADD, {"email": "zulfiya@example.net", "role": role}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 4 + [303]
    assert User.objects.filter(email="zulfiya@example.net").count() == 1


@pytest.mark.parametrize(
    ("host", "is_secure", "is_offered"),
    [("localhost:8000", False, True), ("127.0.0.1:8000", False, False), ("127.0.0.1", True, False),
     ("[::1]", True, False), ("blog.example.org", True, True), ("blog.example.org", False, False)],
)  # fmt: skip
def test_a_passkey_is_offered_only_where_browsers_create_one(zulfiya, settings, host, is_secure, is_offered):
    settings.ALLOWED_HOSTS = ["*"]
    page = Client().get(path_of(zulfiya, settings), HTTP_HOST=host, secure=is_secure).content.decode()
    assert ("Create a passkey instead" in page) == is_offered
