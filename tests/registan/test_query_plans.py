"""Long lists are read by an index, without sorting."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from blog.models.further_reading import find_further_reading
from blog.views.lists import find_pinned_posts
from comments.conversation.new_replies import replies_to
from comments.models import Comment
from comments.views.comment_feeds import LATEST_PUBLIC
from tests import factories

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL goes by how many are pinned")


def plan(read) -> str:
    """The plan of the first query of `read`, with sorts and full scans discouraged."""
    with CaptureQueriesContext(connection) as captured:
        read()
    statement = captured.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("sort", "seqscan", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {statement}")
        return "\n".join(str(line) for line in cursor.fetchall())


@pytest.mark.parametrize(
    ("read", "index"),
    [
        pytest.param(lambda: list(find_pinned_posts()), "post_pinned", marks=ON_SQLITE),
        (lambda: LATEST_PUBLIC(now=timezone.now()), "comment_latest"),
        (lambda: list(Comment.objects.waiting()[:10]), "comment_queue"),
    ],
    ids=["the pinned posts", "the feed of comments", "the queue"],
)
def test_the_start_of_a_list_is_read_by_its_index_without_sorting(read, index):
    factories.comment(factories.post())
    found = plan(read)
    assert index in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found


def test_others_by_an_author_are_found_in_order_by_an_index_of_their_own():
    post = factories.post()
    assert post.author_list
    found = plan(lambda: find_further_reading(Post.objects.published(), post))
    assert "post_author_latest" in found
    assert "post_reading_order" in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found


@ON_SQLITE
def test_replies_to_a_reader_are_found_by_their_own_comments():
    reader = factories.reader("ann@example.net")
    factories.comment(factories.post(), email=reader.email, is_verified=True)
    found = plan(lambda: list(replies_to(reader)[:10]))
    assert "comment_own" in found
    assert "comment_parent" in found
    assert "comment_latest" not in found


def test_comments_with_a_status_are_listed_by_an_index_on_time(db):
    old = factories.comment(factories.post(), created_at=factories.NOON - timedelta(days=9))
    listed = factories.staff_client("mona", "Moderator").get("/admin/comments/comment/", {"status__exact": "approved"})
    assert listed.context["cl"].queryset.query.order_by[:2] == ("-created_at", "-id")
    assert list(listed.context["cl"].result_list) == [old]
