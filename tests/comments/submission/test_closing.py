"""After some days every comment on a post waits, later its conversation closes; cached pages say so at once."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from blog import schedule
from blog.models import Clock, Post
from comments.models import Comment
from comments.status import Status
from tests import factories
from tests.comments.comment_pages import complaints, form_on, page, send
from tests.comments.screening.test_checks import proven

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """Makes it that moment, for everybody who asks."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def old(days: float, **fields) -> Post:
    """A post published so many days ago."""
    return factories.post(published_at=timezone.now() - timedelta(days=days), **fields)


def test_without_the_settings_age_does_nothing():
    assert not old(9_000).is_held
    assert not old(9_000).is_closed


def test_a_regulars_comment_waits_on_a_post_that_is_old_enough(settings):
    settings.HOLD_AFTER_DAYS = 90
    client, _ = proven(approved=3)
    send(client, old(89.9), body="One")
    assert Comment.objects.latest("pk").status == Status.APPROVED
    send(client, old(90.1), body="Two")
    comment = Comment.objects.latest("pk")
    assert (comment.status, [finding.kind for finding in comment.findings.all()]) == (Status.PENDING, ["post"])


def test_an_author_waits_there_too_and_a_moderator_does_not(settings):
    settings.HOLD_AFTER_DAYS = 90
    alice = factories.user("alice", group="Author")
    post = old(91, authors=[factories.author("Alice", user=alice)])
    for user, status in ((alice, Status.PENDING), (factories.user(group="Moderator"), Status.APPROVED)):
        client = Client()
        client.force_login(user)
        send(client, post, body=f"By {user}")
        assert Comment.objects.latest("pk").status == status


def test_an_old_conversation_is_closed_and_gives_the_text_back(visitor, settings):
    settings.CLOSE_AFTER_DAYS = 365
    assert send(visitor, old(364.9)).status_code == 302
    response = send(visitor, old(365.1), body="Late words.")
    assert response.status_code == 403
    assert "This conversation is closed" in complaints(response)
    assert form_on(response)["body"] == "Late words."


def test_a_post_with_a_closing_time_of_its_own_keeps_to_it(visitor, settings):
    settings.CLOSE_AFTER_DAYS = 30
    assert not old(31, closes_at=timezone.now() + timedelta(days=1)).is_closed
    assert old(1, closes_at=timezone.now() - timedelta(days=1)).is_closed
    assert old(31).is_closed


def test_an_unpublished_post_has_no_age(settings):
    settings.CLOSE_AFTER_DAYS = settings.HOLD_AFTER_DAYS = 1
    assert not factories.draft().is_closed
    assert not factories.draft().is_held
    assert not factories.scheduled().is_closed


def is_open(post: Post) -> bool:
    """The page for an anonymous reader: a cached page, the second time."""
    for _ in range(2):
        text = page(Client().get(post.get_absolute_url()))
    return "This conversation is closed." not in text


def test_a_cached_page_shows_the_closing_on_time(settings, at, django_assert_num_queries):
    settings.CLOSE_AFTER_DAYS = 10
    noon = factories.NOON
    at(noon)
    first, second = factories.post(published_at=noon - timedelta(days=9)), factories.post(published_at=noon)
    assert (is_open(first), is_open(second)) == (True, True)
    at(noon + timedelta(days=1) - timedelta(seconds=1))
    assert is_open(first)
    at(noon + timedelta(days=1))
    assert (is_open(first), is_open(second)) == (False, True)
    with django_assert_num_queries(1):
        Client().get(first.get_absolute_url())
    at(noon + timedelta(days=10))
    assert (is_open(first), is_open(second)) == (False, False)


def test_another_number_of_days_is_seen_at_once_on_cached_pages(settings):
    post = old(20)
    assert is_open(post)
    settings.CLOSE_AFTER_DAYS = 10
    assert not is_open(post)
    settings.CLOSE_AFTER_DAYS = 30
    assert is_open(post)
    settings.CLOSE_AFTER_DAYS = 0
    assert is_open(post)


def test_the_clock_moves_once_for_another_number_of_days(settings, django_assert_num_queries):
    old(20)
    caches["pages"].clear()
    before = schedule.read_clock().site
    settings.CLOSE_AFTER_DAYS = 10
    assert schedule.read_clock().site == before + 1
    with django_assert_num_queries(1):
        assert schedule.read_clock().site == before + 1


def test_the_clock_knows_which_conversation_closes_next(settings, at):
    settings.CLOSE_AFTER_DAYS = 10
    noon = factories.NOON
    at(noon)
    factories.post(published_at=noon - timedelta(days=11))
    factories.post(published_at=noon - timedelta(days=9), closes_at=noon + timedelta(days=40))
    factories.post(published_at=noon - timedelta(days=3))
    factories.draft(published_at=noon - timedelta(days=9))
    assert Clock.objects.get(name="site").due == noon + timedelta(days=7)
