"""Slow mode: so many minutes between two comments of one reader under one post."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Post
from comments.models import Comment, Reader
from comments.readers.submitter import Submitter
from comments.submission import rate_limits
from tests import factories
from tests.comments.comment_pages import complaints, form_on, long_thread, opened, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow(db):
    return factories.post(slow_minutes=10)


def writer(post: Post, reader: Reader | None = None) -> Submitter:
    """A guest who writes under this post, or a reader who is signed in."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    submitter = Submitter(request, post)
    submitter.reader = reader
    return submitter


def from_address(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def test_the_second_comment_of_a_reader_must_wait_and_keeps_its_text(slow):
    visitor = from_address("198.51.100.1")
    assert send(visitor, slow, body="First.").status_code == 302
    response = send(visitor, slow, body="Second, with a 😀.")
    assert response.status_code == 429
    assert 590 <= int(response["Retry-After"]) <= 601
    assert form_on(response)["body"] == "Second, with a 😀."
    assert "each reader can post once every 10 minutes" in complaints(response)
    assert Comment.objects.count() == 1


def test_a_guest_is_known_by_where_they_write_from_and_not_by_what_they_type(slow):
    send(from_address("198.51.100.1"), slow, email="bob@example.net")
    assert send(from_address("198.51.100.1"), slow, email="eve@example.net", body="b").status_code == 429
    assert send(from_address("203.0.113.1"), slow, email="BOB@example.net", body="c").status_code == 302
    assert send(from_address("203.0.113.2"), slow, email="eve@example.net", body="d").status_code == 302


def test_a_right_guess_of_an_address_is_answered_as_fifty_wrong_ones_are(slow):
    send(from_address("192.0.2.1"), slow, email="gulnora@example.org")
    guesses = [f"guess{number}@example.org" for number in range(50)]
    guesses.insert(25, "gulnora@example.org")
    seen = set()
    for street, guess in enumerate(guesses):
        response = send(from_address(f"198.51.{street}.1"), slow, email=guess, body=f"Word {street}.")
        seen.add((response.status_code, response["Location"].split("/")[2], response.get("Retry-After")))
    assert seen == {(302, "receipt", None)}
    assert Comment.objects.count() == 52


def test_a_reader_who_is_signed_in_waits_wherever_they_write_from(slow):
    bob = factories.reader("bob@example.net")
    statuses = []
    for street, body in enumerate(("First.", "Second.")):
        client = factories.reader_client(bob)
        client.defaults["REMOTE_ADDR"] = f"198.51.{street}.1"
        statuses.append(send(client, slow, email=bob.email, body=body).status_code)
    assert statuses == [302, 429]


def test_nobody_makes_a_reader_wait_by_typing_their_address(slow):
    bob = factories.reader("bob@example.net")
    send(from_address("198.51.100.1"), slow, email=bob.email)
    assert send(factories.reader_client(bob), slow, email=bob.email, body="Mine.").status_code == 302


def test_an_account_waits_wherever_it_writes_from(slow):
    author = factories.user("carol", group="Author")
    statuses = []
    for street, body in enumerate(("First.", "Second.")):
        client = from_address(f"198.51.{street}.1")
        client.force_login(author)
        statuses.append(send(client, slow, body=body).status_code)
    assert statuses == [302, 429]


def test_a_neighbour_in_the_same_network_need_not_wait(slow):
    send(from_address("198.51.100.1"), slow)
    assert send(from_address("198.51.100.2"), slow, email="eve@example.net").status_code == 302


def test_one_home_has_many_addresses_of_the_sixth_version(slow):
    send(from_address("2001:db8:1:2::3"), slow)
    assert send(from_address("2001:db8:1:2:ffff::9"), slow, email="eve@example.net").status_code == 429
    assert send(from_address("2001:db8:1:3::3"), slow, email="mia@example.net").status_code == 302


def test_after_the_minutes_the_reader_may_write_again(slow):
    factories.comment(slow, address="127.0.0.1", created_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert send(Client(), slow).status_code == 302


def test_under_another_post_the_reader_may_write_at_once(slow, post):
    send(Client(), slow)
    assert send(Client(), post).status_code == 302


def test_moderators_and_the_posts_authors_need_not_wait(slow):
    alice = factories.user("alice", group="Author")
    slow.save(authors=[factories.author("Alice", user=alice)])
    for user in (alice, factories.user(group="Moderator")):
        client = Client()
        client.force_login(user)
        assert [send(client, slow, body=f"{user} {n}").status_code for n in range(3)] == [302] * 3


def test_an_author_need_not_wait_where_every_comment_is_held(slow):
    alice = factories.user("alice", group="Author")
    slow.save(authors=[factories.author("Alice", user=alice)])
    Post.objects.filter(pk=slow.pk).update(conversation="held")
    client = Client()
    client.force_login(alice)
    assert [send(client, slow, body=f"Word {n}").status_code for n in range(3)] == [302] * 3
    assert set(Comment.objects.values_list("status", flat=True)) == {"pending"}


def test_the_same_comment_sent_twice_leads_to_its_receipt_and_not_to_a_wait(slow):
    form = opened(slow, seconds_ago=60)
    send(Client(), slow, stamp=form)
    assert send(Client(), slow, stamp=form).status_code == 302


def test_without_slow_mode_nothing_is_asked(post, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert rate_limits.seconds_until_slow_mode_allows(writer(post), "127.0.0.1") == 0


def test_it_costs_two_queries_that_no_long_thread_makes_dearer(slow):
    long_thread(slow, 1_000)
    bob = writer(slow, reader=factories.reader("bob@example.net"))
    with CaptureQueriesContext(connection) as asked:
        assert rate_limits.seconds_until_slow_mode_allows(bob, "127.0.0.1") == 0
    assert len(asked) == 2
    if connection.vendor == "sqlite":  # whose planner does not depend on what is in the tables
        with connection.cursor() as cursor:
            for query, index in zip(asked.captured_queries, ("comment_pace", "comment_reader_pace"), strict=True):
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                assert index in str(cursor.fetchall())


def test_an_author_sets_the_minutes_in_the_posts_form(client, slow):
    client.force_login(factories.user(group="Editor"))
    address = reverse("admin:blog_post_change", args=[slow.pk])
    form = {"title": "T", "slug": slow.slug, "body": "B", "status": "published", "conversation": "open",
            "published_at_0": "2026-03-20", "published_at_1": "12:00:00", "slow_minutes": "5"}  # fmt: skip
    assert 'name="slow_minutes"' in client.get(address).content.decode()
    for typed, stored in (("5", 5), ("", 0), ("1440", 1440)):
        assert client.post(address, {**form, "slow_minutes": typed}).status_code == 302
        slow.refresh_from_db()
        assert slow.slow_minutes == stored
    for typed in ("-1", "1441", "9" * 30, "ten"):
        assert client.post(address, {**form, "slow_minutes": typed}).status_code == 200
    slow.refresh_from_db()
    assert slow.slow_minutes == 1440
