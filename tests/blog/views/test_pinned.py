"""Pinned posts stand at the head of the front page."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/blog/post/"


def titles(address: str = "/") -> list[str]:
    return re.findall(r'class="entry__title"[^>]*><a href="[^"]*">([^<]*)</a>', Client().get(address).content.decode())


@pytest.fixture
def shelf(monkeypatch):
    monkeypatch.setattr("blog.views.lists.POSTS_PER_PAGE", 2)
    days = [factories.NOON.replace(day=day) for day in (1, 2, 3, 4)]
    return [factories.post(title=f"Of {day:%d}", published_at=day) for day in days]


def pin(post) -> None:
    post.is_pinned = True
    post.save()


def test_a_pinned_post_is_above_newer_posts_and_marked(shelf):
    pin(shelf[0])
    assert titles() == ["Of 01", "Of 04", "Of 03"]
    assert Client().get("/").text.count("Pinned") == 1


def test_it_keeps_its_place_among_the_others_on_later_pages(shelf):
    pin(shelf[0])
    assert titles("/page/2/") == ["Of 02", "Of 01"]
    assert "Pinned" not in Client().get("/page/2/").text


def test_it_is_not_said_twice_on_the_first_page(shelf):
    pin(shelf[3])
    assert titles() == ["Of 04", "Of 03"]


def test_only_the_three_newest_pins_count(shelf):
    for post in shelf:
        pin(post)
    assert titles() == ["Of 04", "Of 03", "Of 02"]


def test_a_pinned_draft_or_scheduled_post_is_seen_by_nobody(shelf):
    factories.draft(title="Draft", is_pinned=True)
    factories.scheduled(title="Later", is_pinned=True)
    assert titles() == ["Of 04", "Of 03"]


def test_other_lists_and_feeds_know_no_pins(shelf):
    pin(shelf[0])
    assert titles("/2026/") == ["Of 04", "Of 03"]
    assert Client().get("/feed/").text.index("Of 04") < Client().get("/feed/").text.index("Of 01")


def test_the_front_page_asks_as_often_with_three_pins_as_with_one(shelf):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            Client().get("/")
        return len(asked)

    pin(shelf[0])
    few = queries()
    pin(shelf[1])
    pin(shelf[2])
    assert queries() == few


def test_only_an_editor_pins(db):
    post = factories.post(title="On tea")
    sent = {"title": "On tea", "slug": post.slug, "body": "Tea.", "status": "published", "conversation": "open",
            "published_at_0": "2026-03-20", "published_at_1": "12:00:00", "is_pinned": "on"}  # fmt: skip
    alice, editor = Client(), Client()
    alice.force_login(factories.user("alice", group="Author"))
    editor.force_login(factories.user("editor", group="Editor"))
    post.save(authors=[factories.author(user=factories.User.objects.get(username="alice"))])
    for client, pinned in [(alice, False), (editor, True)]:
        assert client.post(f"{LIST}{post.pk}/change/", sent).status_code == 302
        post.refresh_from_db()
        assert post.is_pinned is pinned
