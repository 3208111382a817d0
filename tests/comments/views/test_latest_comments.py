"""The latest comments of the whole site, by pages, with a feed."""

import re
from datetime import timedelta

import pytest

from blog.editing.trash_actions import move_to_trash
from blog.models import Post
from comments.models import Comment
from comments.status import Status
from comments.views import latest_comments
from tests import factories
from tests.comments.comment_pages import dangers, page

pytestmark = pytest.mark.django_db


def listed(visitor, address: str = "/comments/") -> list[str]:
    return re.findall(r'<p class="latest__words" dir="auto">([^<]*)</p>', page(visitor.get(address)))


def test_the_latest_come_first_with_who_said_them_where_and_when(visitor, post):
    first = factories.comment(post, name="Bob", body="A *first* word.")
    other = factories.post("The bread")
    second = factories.comment(other, name="Мария", body="A second one.")
    Comment.objects.filter(pk=first.pk).update(created_at=second.created_at - timedelta(hours=1))
    html = page(visitor.get("/comments/"))
    assert listed(visitor) == ["A second one.", "A first word."]
    assert f'<b><bdi>Мария</bdi></b> on <a href="/comments/{second.pk}/"><bdi>The bread</bdi></a>' in html
    assert html.count('<svg class="tile ') == 2
    assert 'type="application/rss+xml" title="Latest comments" href="/comments/feed/"' in html
    assert '<a href="/comments/">Latest comments</a>' in re.sub(r' dir="auto"', "", html)  # in the footer


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN])
def test_only_published_comments_are_listed(visitor, post, status):
    factories.comment(post, status=status)
    assert listed(visitor) == []
    assert "No comments yet" in page(visitor.get("/comments/"))


@pytest.mark.parametrize(
    "hide",
    [
        lambda post: post.unpublish(),
        lambda post: move_to_trash(post, by=None),
        lambda post: Post.objects.filter(pk=post.pk).update(visibility="unlisted"),
        lambda post: Post.objects.filter(pk=post.pk).update(visibility="password"),
        lambda post: post.schedule(factories.NOON.replace(year=2100)),
    ],
    ids=["unpublished", "trash", "unlisted", "password", "scheduled"],
)
def test_comments_under_posts_that_readers_do_not_find_are_not_listed(visitor, post, hide):
    factories.comment(post, body="Hidden")
    factories.comment(factories.post(), body="Public")
    hide(post)
    assert listed(visitor) == ["Public"]


def test_they_come_by_pages_up_to_a_limit(visitor, post, monkeypatch):
    monkeypatch.setattr(latest_comments, "COMMENTS_PER_LIST", 2)
    monkeypatch.setattr(latest_comments, "MAX_LISTED", 5)
    for number in range(7):
        factories.comment(post, body=f"Comment {number}")
    pages = [listed(visitor, f"/comments/{where}") for where in ("", "page/2/", "page/3/")]
    assert pages == [["Comment 6", "Comment 5"], ["Comment 4", "Comment 3"], ["Comment 2", "Comment 1"]]
    assert visitor.get("/comments/page/4/").status_code == 404
    assert '<meta name="robots" content="noindex, follow">' in page(visitor.get("/comments/page/2/"))
    assert "noindex" not in page(visitor.get("/comments/"))


def test_a_long_comment_is_shortened_and_a_dangerous_one_harmless(visitor, post):
    factories.comment(post, body="word " * 200, name='<b onclick="x">Eve')
    html = page(visitor.get("/comments/"))
    assert dangers(html) == []
    (words,) = listed(visitor)
    assert words == ("word " * latest_comments.WORDS_LISTED).strip() + "…"


@pytest.mark.parametrize("count", [3, 15])
def test_it_costs_the_same_queries_for_any_number_and_is_cached_and_updated_at_once(
    visitor, count, django_assert_num_queries
):
    for _ in range(count):
        comment = factories.comment(factories.post())
    with django_assert_num_queries(4):  # clock, number, comments, standing pages
        visitor.get("/comments/")
    with django_assert_num_queries(1):
        assert len(listed(visitor)) == count
    factories.remove(comment, via="desk")
    assert len(listed(visitor)) == count - 1
