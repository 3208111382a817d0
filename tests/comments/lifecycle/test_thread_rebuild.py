"""A conversation is computed again from what its comments reply to and how they were decided."""

import pytest

from blog.models import Conversation
from comments.lifecycle.thread_rebuild import compute_rows, rebuild_thread
from comments.models import Comment
from comments.status import Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(post):
    """A published comment, below it a waiting one with a published reply, and one that waits alone."""
    first = factories.comment(post)
    waiting = factories.comment(post, parent=first, status=Status.PENDING)
    reply = factories.comment(post, parent=waiting)
    alone = factories.comment(post, status=Status.PENDING)
    return [first, waiting, reply, alone]


def rows():
    return list(Comment.objects.order_by("pk").values_list("path", "depth", "shown", "thread_size"))


def test_what_is_right_stays_as_it_is(post, thread):
    before = rows()
    assert rebuild_thread(post.thread_id) == 0
    assert rows() == before


def test_whatever_is_wrong_is_put_right(post, thread):
    before = rows()
    Comment.objects.update(path="x", depth=7, shown=False, thread_size=9)
    Conversation.objects.update(comment_count=70, shown_count=70)
    assert rebuild_thread(post.thread_id) == 4
    assert rows() == before
    numbers = Conversation.objects.get(pk=post.thread_id)
    assert (numbers.comment_count, numbers.shown_count) == (2, 3)


def test_another_parent_takes_all_below_along(post, thread):
    _first, waiting, reply, alone = thread
    rebuild_thread(post.thread_id, parents={waiting.pk: alone.pk})
    for comment in thread:
        comment.refresh_from_db()
    assert [comment.depth for comment in thread] == [0, 1, 2, 0]
    assert reply.path.startswith(alone.path)
    assert [comment.thread_size for comment in thread] == [1, 0, 0, 3]
    assert alone.shown


def test_a_parent_in_another_conversation_is_none(post, thread):
    Comment.objects.filter(pk=thread[0].pk).update(conversation=factories.post().thread)
    rebuild_thread(post.thread_id)
    assert Comment.objects.get(pk=thread[1].pk).parent is None


def test_every_page_is_made_anew(post, thread):
    before = Conversation.objects.get(pk=post.thread_id).clock
    rebuild_thread(post.thread_id)
    assert Conversation.objects.get(pk=post.thread_id).clock > before


def test_a_circle_is_refused():
    with pytest.raises(RecursionError):
        compute_rows({1: 2, 2: 3, 3: 1}, [])
