"""By which index a database reads the head of a list that may be as long as the site."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.views.lists import get_pinned_posts
from comments.models import Comment
from comments.views.comment_feeds import comment_entries
from tests import factories

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL goes by how many are pinned")


def plan(read) -> str:
    """How the database goes about the first query of `read`; a sort or a walk through all is its last resort."""
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
        pytest.param(get_pinned_posts, "post_pinned", marks=ON_SQLITE),
        (lambda: comment_entries(Comment.objects.public().order_by("-created_at", "-id")), "comment_latest"),
        (lambda: list(Comment.objects.waiting()[:10]), "comment_queue"),
    ],
    ids=["the pinned posts", "the feed of comments", "the queue"],
)
def test_the_head_of_a_list_is_read_by_its_index_and_nothing_is_sorted(read, index):
    factories.comment(factories.post())
    found = plan(read)
    assert index in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found


def test_comments_of_one_state_are_listed_by_time_which_has_an_index(db):
    old = factories.comment(factories.post(), created_at=factories.NOON - timedelta(days=9))
    listed = factories.staff_client("mona", "Moderator").get("/admin/comments/comment/", {"status__exact": "approved"})
    assert listed.context["cl"].queryset.query.order_by[:2] == ("-created_at", "-id")
    assert list(listed.context["cl"].result_list) == [old]
