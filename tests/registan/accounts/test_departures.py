"""Closing an account: every way in ends at once, what was published stays, and somebody decides about the drafts."""

import re
import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from blog.models import Author, Post
from comments.models import Message
from registan.accounts import departures, invitations
from registan.accounts.departures import CannotClose, Unpublished, close_account
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
LIST = "/admin/auth/user/"


@pytest.fixture
def adam(db) -> Client:
    client = Client()
    client.user = factories.user("adam", group="Administrator")
    client.force_login(client.user)
    return client


@pytest.fixture
def posts(alice) -> dict[str, Post]:
    """Alice's: published, scheduled and drafts."""
    made = {
        "published": factories.post(authors=[alice.profile]),
        "scheduled": factories.scheduled(authors=[alice.profile, factories.author("Bob")]),
        "draft": factories.draft(authors=[alice.profile]),
        "review": factories.post(authors=[alice.profile], status=Post.Status.REVIEW, published_at=None),
    }
    factories.draft(authors=[factories.author("Carol")])
    return made


def page_of(user: User) -> str:
    return f"{LIST}{user.pk}/close/"


def names(post: Post) -> list[str]:
    return sorted(author.name for author in Post.objects.get(pk=post.pk).authors.all())


def statuses(posts: dict[str, Post]) -> dict[str, str]:
    return {name: Post.objects.get(pk=post.pk).status for name, post in posts.items()}


def test_the_form_of_an_account_leads_to_the_page(adam, alice, posts):
    assert f'href="{page_of(alice.user)}"' in adam.get(f"{LIST}{alice.user.pk}/change/").content.decode()
    shown = adam.get(page_of(alice.user))
    assert {post.pk for post in shown.context["posts"]} == {posts[name].pk for name in ("scheduled", "draft", "review")}


def test_all_browsers_are_signed_out_at_once_and_stay_so(adam, alice):
    browsers = [Client() for _ in range(2)]
    for client in browsers:
        client.post("/accounts/login/", {"login": "alice", "password": "alice"})
        assert client.get("/admin/").status_code == 200
    adam.post(page_of(alice.user))
    for client in (alice, *browsers):
        assert client.get("/admin/").status_code == 302
    User.objects.filter(pk=alice.user.pk).update(is_active=True)
    for client in (alice, *browsers):
        assert client.get("/admin/").status_code == 302
    assert Session.objects.count() == 1, "the administrator's"


def test_no_password_passkey_or_link_works_any_more(adam, alice, settings):
    Authenticator.objects.create(user=alice.user, type=Authenticator.Type.TOTP, data={})
    Client().post("/accounts/password/reset/", {"email": "alice@example.org"})
    link = re.search(r"/accounts/password/reset/key/\S+", Message.objects.get().text)[0]
    assert adam.post(page_of(alice.user)).status_code == 303
    assert not Message.objects.exists(), "the email was not sent yet"
    late = Client()
    late.post("/accounts/login/", {"login": "alice", "password": "alice"})
    assert late.get("/admin/").status_code == 302
    assert b"password1" not in late.get(link, follow=True).content
    late.post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert not Message.objects.exists()
    assert not Authenticator.objects.exists()
    assert adam.get(page_of(alice.user)).status_code == 404


@pytest.mark.parametrize("choice", Unpublished)
def test_somebody_decides_about_what_is_not_published(choice, adam, alice, posts):
    heir = factories.author("Heir", user=factories.user("heir", group="Author"))
    before = statuses(posts)
    sent = {"unpublished": choice, "heir": heir.pk if choice == Unpublished.HAND_OVER else ""}
    assert adam.post(page_of(alice.user), sent).status_code == 303
    drafts = "Heir" if choice == Unpublished.HAND_OVER else "Alice"
    assert (names(posts["draft"]), names(posts["review"])) == ([drafts], [drafts])
    assert names(posts["scheduled"]) == sorted(["Bob", drafts])
    assert names(posts["published"]) == ["Alice"]
    expected = {**before, "scheduled": "draft"} if choice == Unpublished.UNSCHEDULE else before
    assert statuses(posts) == expected
    assert Author.objects.get(name="Alice").user == alice.user


@pytest.mark.parametrize("sent", [{}, {"unpublished": "burn"}, {"unpublished": "hand_over"},
                                  {"unpublished": "hand_over", "heir": "0"}])  # fmt: skip
def test_without_a_decision_nothing_happens(sent, adam, alice, posts):
    assert adam.post(page_of(alice.user), sent).status_code == 200
    assert alice.get("/admin/").status_code == 200


def test_only_those_who_write_can_take_over(adam, alice, posts):
    closed = factories.user("closed", group="Author", is_active=False)
    for user in (closed, factories.user("mona", group="Moderator"), alice.user):
        profile = Author.objects.filter(user=user).first() or factories.author(user.username, user=user)
        sent = {"unpublished": "hand_over", "heir": profile.pk}
        assert adam.post(page_of(alice.user), sent).status_code == 200
    assert alice.get("/admin/").status_code == 200


def test_a_post_whose_time_has_come_meanwhile_stays_published(alice, adam, monkeypatch):
    post = factories.scheduled(authors=[alice.profile])
    found = departures.unpublished_posts(alice.user)
    list(found)
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(minutes=1))
    monkeypatch.setattr(departures, "unpublished_posts", lambda user: found)
    close_account(alice.user, by=adam.user, unpublished=Unpublished.UNSCHEDULE)
    assert Post.objects.get(pk=post.pk).status == "published"


def test_nobody_closes_their_own_account_the_last_administrators_or_a_stronger_one(adam):
    root, strong = factories.user("root", is_superuser=True), factories.user("strong")
    strong.user_permissions.add(Permission.objects.get(codename="delete_user"))
    assert "cannot close your own" in adam.post(page_of(adam.user)).content.decode()
    assert adam.post(page_of(root)).status_code == adam.post(page_of(strong)).status_code == 403
    for user in (root, strong, adam.user):
        with pytest.raises(CannotClose):
            close_account(user, by=adam.user)
    second = factories.user("second", is_superuser=True)
    close_account(second, by=root)
    with pytest.raises(CannotClose):
        close_account(root, by=second)
    assert User.objects.filter(is_active=True).count() == 3


def test_the_last_superuser_is_neither_closed_nor_deleted(db):
    client = Client()
    root = factories.user("root", is_superuser=True)
    client.force_login(root)
    client.post(f"{LIST}{root.pk}/delete/", {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"})
    client.post(page_of(root))
    assert User.objects.get(pk=root.pk).is_active


def test_a_closed_account_is_invited_again_and_finds_everything(adam, alice, posts, settings):
    adam.post(page_of(alice.user), {"unpublished": "keep"})
    at = f"{LIST}{alice.user.pk}/invitation/"
    assert "is closed" in adam.get(at).content.decode()
    adam.post(at, {"act": "send"})
    path = invitations.invitation_url(User.objects.get(pk=alice.user.pk)).removeprefix(settings.SITE_URL)
    client = Client()
    assert client.post(path, {"name": "Alice", "password": "plum-and-walnut-7"}).status_code == 303
    assert client.get(f"/admin/blog/post/{posts['draft'].pk}/change/").status_code == 200
    assert Author.objects.filter(user=alice.user).count() == 1


def test_withdrawing_the_invitation_of_a_former_colleague_keeps_the_account(adam, alice):
    User.objects.filter(pk=alice.user.pk).update(last_login=timezone.now())
    adam.post(page_of(alice.user))
    for act in ("send", "withdraw"):
        adam.post(f"{LIST}{alice.user.pk}/invitation/", {"act": act})
    stored = User.objects.get(pk=alice.user.pk)
    assert not invitations.is_invited(stored)
    assert not stored.is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_close_each_other_one_stays():
    people, start, refused = [factories.user(name, group="Administrator") for name in "ab"], threading.Barrier(2), []

    def close(one: User, other: User) -> None:
        try:
            start.wait()
            close_account(other, by=one)
        except CannotClose:
            refused.append(one.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == User.objects.filter(is_active=True).count() == 1
