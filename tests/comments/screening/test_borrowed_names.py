"""Names of known readers: a comment under such a name without their session is held, and moderators see why."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from comments.status import Status
from tests import factories
from tests.comments.comment_pages import page, send

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:comments_comment_queue")


@pytest.fixture
def bob(post):
    """A regular with three published comments from their browser."""
    reader = factories.reader("bob@example.net")
    for _ in range(3):
        factories.comment(factories.post(), name="Bob Baker", is_verified=True)
    return reader


def found() -> list[tuple[str, str]]:
    return list(Comment.objects.latest("pk").findings.order_by("pk").values_list("kind", "words"))


@pytest.mark.parametrize("name", ["Bob Baker", "bob  baker", "Воb Baker", "B0b Baker"])
def test_a_guest_who_types_a_verified_readers_name_is_held_and_labelled(visitor, post, bob, name):
    send(visitor, post, name=name, email="eve@example.net")
    assert Comment.objects.latest("pk").status == Status.PENDING
    assert ("name", "reader") in found()
    mona = Client()
    mona.force_login(factories.user("mona", group="Moderator"))
    html = page(mona.get(QUEUE))
    assert "uses a known reader’s name, not verified" in html
    assert "The name of a verified reader" in html


def test_an_authors_name_is_held_even_if_they_never_commented(visitor, post):
    factories.author("Alice Verey", slug="alice")
    send(visitor, post, name="ALICE VEREY")
    assert ("name", "author") in found()
    mona = Client()
    mona.force_login(factories.user("mona", group="Moderator"))
    assert "uses an author’s name, not signed in" in page(mona.get(QUEUE))


def test_a_readers_own_browser_carries_their_name(post, bob):
    send(factories.reader_client(bob), post, name="Bob Baker")
    assert Comment.objects.latest("pk").status == Status.APPROVED
    assert found() == []


def test_a_regular_who_takes_anothers_name_is_held_too(post, bob):
    eve = factories.reader("eve@example.net")
    for _ in range(3):
        factories.comment(factories.post(), name="Eve", email="eve@example.net", is_verified=True)
    browser = factories.reader_client(eve)
    send(browser, post, name="Eve", email="eve@example.net")
    assert Comment.objects.latest("pk").status == Status.APPROVED
    send(browser, post, name="Bob Baker", email="eve@example.net", body="As somebody else.")
    assert Comment.objects.latest("pk").status == Status.PENDING
    assert found() == [("name", "reader")]


def test_a_name_that_a_moderator_approved_belongs_to_the_reader_too(post, bob):
    other = factories.reader("bob@example.org")
    for _ in range(3):
        factories.comment(factories.post(), name="Bob Baker", email="bob@example.org", is_verified=True)
    send(factories.reader_client(other), post, name="Bob Baker", email="bob@example.org")
    assert found() == []


@pytest.mark.parametrize("fields", [{"is_verified": False}, {"is_verified": True, "status": Status.PENDING}])
def test_a_name_that_is_unverified_or_unread_belongs_to_nobody(visitor, post, fields):
    factories.comment(post, name="Bob Baker", **fields)
    send(visitor, post, name="Bob Baker", email="eve@example.net")
    assert "name" not in dict(found())


def test_comments_of_signed_in_staff_bear_the_name_of_their_account(client, post):
    author = factories.author("Alice Verey", slug="alice", user=factories.user("alice", group="Author"))
    client.force_login(author.user)
    send(client, post, name="", email="")
    assert "name" not in dict(found())


def test_looking_for_a_name_costs_one_query(django_assert_num_queries, post, bob, rf):
    from comments.readers.submitter import Submitter
    from comments.submission.facts import find_borrowed_name

    request = rf.get("/")
    request.user = type("Guest", (), {"is_authenticated": False})()
    with django_assert_num_queries(1):
        assert find_borrowed_name("Bob Baker", reader=None, submitter=Submitter(request, post)) == "reader"
