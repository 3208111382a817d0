"""Conversations longer than any post: stored in batches, in an order that the export need not have, in flat memory."""

import random
import tracemalloc

import pytest

from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment
from registan.transfer.content.comments import thread_import
from registan.transfer.models import Outcome
from registan.transfer.wordpress.reader.comment_spool import CommentSpool
from tests.registan.transfer.comments_in.exported import bring_in, exported, item, numbers_of

pytestmark = pytest.mark.django_db


def spooled(comments):
    spool = CommentSpool()
    for comment in comments:
        spool.append(comment)
    return item(comments=spool)


def guests(count: int, seed: int = 7):
    """Comments of some hundred readers, each second one a reply."""
    rng = random.Random(seed)  # noqa: S311
    for number in range(1, count + 1):
        parent = rng.randrange(1, number) if number > 1 and number % 2 else 0
        email = f"reader{number % 300}@old.example"
        yield exported(number, parent, author_email=email, approved="0" if number % 50 == 0 else "1")


def test_a_post_with_a_thousand_comments(client, post):
    bring_in(post, item=spooled(guests(1_000)))
    assert numbers_of(post)[0] == 980
    assert rebuild_thread(post.thread_id) == 0
    first, last = (client.get(post.get_absolute_url() + path) for path in ("", "comment-page-10/"))
    assert (first.status_code, last.status_code) == (200, 200)


def test_a_guest_book_with_twenty_thousand_comments(post):
    outcome = bring_in(post, item=spooled(guests(20_000)))
    assert outcome.count("comment", Outcome.CREATED) == 20_000
    assert numbers_of(post)[0] == 19_600
    assert rebuild_thread(post.thread_id) == 0
    assert Comment.objects.order_by("-depth").values_list("depth", flat=True)[0] > 5


def test_one_in_the_reverse_order_of_time(post):
    comments = [exported(number, number - 1) for number in range(1, 1_201)]
    bring_in(post, item=spooled(reversed(comments)))
    deepest = Comment.objects.order_by("-depth")[0]
    assert (deepest.depth, deepest.body) == (1_199, "Comment number 1200.")
    assert rebuild_thread(post.thread_id) == 0


def test_memory_does_not_grow_with_the_texts_of_a_thread(post, monkeypatch):
    monkeypatch.setattr(thread_import, "THREAD_BATCH", 50)

    def peak(count: int, first: int) -> float:
        of_item = spooled(exported(first + number, content="Ten words of tea. " * 60) for number in range(count))
        tracemalloc.start()
        bring_in(post, item=of_item)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50, 1)
    assert peak(600, 10_000) < 1.5 * peak(150, 20_000)
