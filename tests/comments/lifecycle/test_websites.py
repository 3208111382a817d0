"""A commenter’s name leads to their website once they are approved as often as a regular; until then it is text."""

import pytest
from django.test import Client

from blog.models.clock import Clock
from comments.conversation.load import load_public_page
from comments.models import Policy
from comments.status import Status, Via
from tests import factories

pytestmark = pytest.mark.django_db
WEBSITE = "https://bob.example/"
LINK = f'href="{WEBSITE}"'


def written(post, **fields):
    return factories.comment(post, **{"website": WEBSITE, **fields})


def pages(*posts) -> list[bool]:
    """Is the name a link, on the pages of these posts as readers get them, from the cache or not?"""
    return [LINK in Client().get(post.get_absolute_url()).text for post in posts]


def test_the_first_comments_gain_nobody_a_link(post):
    written(post)
    page = Client().get(post.get_absolute_url()).text
    assert "<bdi>Bob</bdi>" in page
    assert LINK not in page


def test_the_third_approved_comment_makes_all_of_them_links_at_once_also_on_cached_pages():
    first, second, third = factories.post(), factories.post(), factories.post()
    written(first)
    written(second)
    held = written(third, status=Status.PENDING)
    assert pages(first, second, third) == [False] * 3
    factories.approve(held, via=Via.DESK)
    assert pages(first, second, third) == [True] * 3
    factories.remove(held, via=Via.DESK)
    assert pages(first, second, third) == [False] * 3


def test_published_at_once_counts_too():
    first, second = factories.post(), factories.post()
    written(first)
    written(first)
    assert pages(first) == [False]
    written(second, website="")
    assert pages(first) == [True]


def test_another_address_does_not_count(post):
    for number in range(5):
        written(post, email=f"bob{number}@example.net")
    written(post, email="")
    assert pages(post) == [False]


def test_whoever_typed_the_address_of_a_verified_reader_gets_none():
    post, other = factories.post(), factories.post()
    for _ in range(3):
        written(post, is_verified=True)
    written(other)
    assert pages(post, other) == [True, True]
    factories.reader("bob@example.net")
    assert pages(post, other) == [True, False]


def test_authors_and_staff_are_known_from_the_start(post):
    written(post, author=factories.author())
    assert pages(post) == [True]


def test_the_number_is_that_of_the_policy_and_changes_with_it(post):
    written(post)
    assert pages(post) == [False]
    Policy.objects.update_or_create(pk=1, defaults={"regular_after": 1})
    assert pages(post) == [True]
    Policy.objects.update_or_create(pk=1, defaults={"regular_after": 2})
    assert pages(post) == [False]


def test_no_page_changes_where_nobody_has_a_website(post):
    other = factories.comment(factories.post())
    before = Clock.read()
    for _ in range(3):
        factories.comment(post)
    factories.remove(other, via=Via.DESK)
    assert Clock.read().site == before.site


def test_a_post_takes_no_more_queries_for_it(post, django_assert_num_queries):
    for _ in range(4):
        written(post)
    post.thread.refresh_from_db()
    with django_assert_num_queries(1):
        assert [item.comment.website for item in load_public_page(post, 1).items] == [WEBSITE] * 4


def test_the_public_page_of_a_new_reader_has_no_link(post):
    reader = factories.reader("bob@example.net")
    reader.public_id = "p" * 22
    reader.save()
    written(post, is_verified=True)
    assert LINK not in Client().get(f"/commenter/{reader.public_id}/").text
    written(post, is_verified=True)
    written(post, is_verified=True)
    assert LINK in Client().get(f"/commenter/{reader.public_id}/").text
