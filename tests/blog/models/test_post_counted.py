"""The number of posts of each author and tag, however it changes."""

import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from blog import schedule
from blog.models import Clock, Post
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.author("Alice")


@pytest.fixture
def tea():
    return factories.tag("Tea")


def number(row) -> int:
    row.refresh_from_db()
    return row.post_count


def numbers(*rows) -> list[int]:
    return [number(row) for row in rows]


def test_only_published_posts_count(alice, tea):
    factories.post(authors=[alice], tags=[tea])
    factories.draft(authors=[alice], tags=[tea])
    factories.scheduled(authors=[alice], tags=[tea])
    assert numbers(alice, tea) == [1, 1]


def test_publishing_and_unpublishing_change_the_numbers(alice, tea):
    post = factories.draft(authors=[alice], tags=[tea])
    post.status = Post.Status.PUBLISHED
    post.save()
    assert numbers(alice, tea) == [1, 1]
    post.status = Post.Status.DRAFT
    post.save()
    assert numbers(alice, tea) == [0, 0]


def test_a_post_put_off_until_later_no_longer_counts(alice):
    post = factories.post(authors=[alice])
    post.published_at = timezone.now() + timedelta(days=1)
    post.save()
    assert number(alice) == 0


def test_a_change_of_authors_or_tags_counts_for_both_sides(alice, tea):
    bob, roads = factories.author("Bob"), factories.tag("Roads")
    post = factories.post(authors=[alice], tags=[tea])
    post.save(authors=[bob], tags=[roads])
    assert numbers(alice, bob, tea, roads) == [0, 1, 0, 1]
    post.save(authors=[], tags=[roads, tea])
    assert numbers(bob, tea, roads) == [0, 1, 1]
    post.save(tags=[])
    assert numbers(tea, roads) == [0, 0]


def test_a_deleted_post_no_longer_counts(alice, tea):
    factories.post(authors=[alice], tags=[tea]).delete()
    assert numbers(alice, tea) == [0, 0]


def test_saving_an_author_keeps_their_post_count(alice):
    stale = type(alice).objects.get(pk=alice.pk)
    factories.post(authors=[alice])
    stale.bio = "Walks."
    stale.save()
    assert number(alice) == 1


def test_saving_a_tag_keeps_its_post_count(tea):
    stale = type(tea).objects.get(pk=tea.pk)
    factories.post(tags=[tea])
    stale.name = "Green tea"
    stale.save()
    assert number(tea) == 1


def test_a_scheduled_post_counts_from_the_moment_it_comes_due(alice, tea, visitor, monkeypatch):
    factories.scheduled(authors=[alice], tags=[tea])
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    visitor.get("/")
    assert numbers(alice, tea) == [1, 1]


def test_a_post_that_came_due_unseen_counts_when_something_else_changes_first(alice, monkeypatch):
    factories.scheduled(authors=[alice])
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    factories.tag("Unrelated")
    schedule.read_clock()
    assert number(alice) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet")
def test_two_posts_published_in_the_same_moment_both_count():
    alice, tea = factories.author("Alice"), factories.tag("Tea")
    drafts = [factories.draft(authors=[alice], tags=[tea]) for _ in range(4)]
    both, failures = Barrier(len(drafts)), []

    def publish(post: Post) -> None:
        try:
            both.wait(10)
            with transaction.atomic():
                post.status = Post.Status.PUBLISHED
                post.save()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=publish, args=[post]) for post in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert numbers(alice, tea) == [4, 4]


WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing can meet")
def test_of_two_posts_scheduled_in_the_same_moment_the_earlier_is_awaited():
    now = timezone.now()
    first, second = factories.draft(authors=[]), factories.draft(authors=[])

    def schedule(post: Post, hours: int) -> None:
        post.status, post.published_at = Post.Status.PUBLISHED, now + timedelta(hours=hours)
        post.save()

    def schedule_later() -> None:
        schedule(second, hours=2)
        connection.close()

    other = Thread(target=schedule_later)
    with transaction.atomic(), connection.cursor() as cursor:
        schedule(first, hours=1)
        other.start()
        end = time.monotonic() + 10
        while cursor.execute(WAITS) or cursor.fetchone() == (0,):
            assert time.monotonic() < end, "the second did not wait for the first"
    other.join(10)
    assert Clock.objects.get(name=Clock.SITE).due == now + timedelta(hours=1)
