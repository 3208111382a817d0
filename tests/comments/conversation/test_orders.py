"""A conversation in other orders: threads stay whole, pages are cached, and whoever reads on stays in their order."""

import importlib
import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from blog.text.addresses import absolute_url
from comments.models import Comment
from comments.status import Status, Via
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import drawn, long_thread, page, send

pytestmark = pytest.mark.django_db

NEWEST, MOST_REPLIED = "newest", "most-replied"


@pytest.fixture
def threads(post) -> list[list[int]]:
    """Threads of 1 to 6 comments with tombstones among them, the oldest first, each a list of ids in its order."""
    made = []
    for size in (2, 1, 6, 1, 4, 2, 1):
        made.append([factories.comment(post)])
        for number in range(size - 1):
            made[-1].append(factories.comment(post, parent=made[-1][number // 2]))
    factories.remove(made[2][0], via=Via.DESK)  # stays as a tombstone
    factories.remove(made[1][0], via=Via.DESK)  # nobody replied: it goes
    factories.comment(post, parent=made[3][0], status=Status.PENDING)
    rows = Comment.objects.filter(post=post, shown=True).order_by("path")
    return [
        list(rows.filter(path__startswith=first.path).values_list("pk", flat=True))
        for first in rows.filter(parent=None)
    ]


def flat(threads) -> list[int]:
    return [pk for thread in threads for pk in thread]


def ordered(threads, order: str) -> list[int]:
    if order == NEWEST:
        return flat(reversed(threads))
    return flat(sorted(threads, key=len, reverse=True))  # of the same size the oldest first


@pytest.mark.parametrize("order", [NEWEST, MOST_REPLIED])
def test_threads_are_ordered_and_stay_whole(visitor, post, threads, order):
    assert drawn(visitor.get(post.get_absolute_url())) == flat(threads)
    response = visitor.get(f"{post.get_absolute_url()}{order}/")
    assert drawn(response) == ordered(threads, order) != flat(threads)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("order", [NEWEST, MOST_REPLIED])
def test_pages_of_any_size_have_each_comment_once_in_that_order(post, threads, order, size):
    total = len(flat(threads))
    pages = [Comment.objects.page_of_thread(post, start=at, size=size, order=order) for at in range(0, total, size)]
    assert [row.pk for rows in pages for row in rows] == ordered(threads, order)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
def test_oldest_first_the_second_half_is_read_from_the_end(threads, post, size):
    post = Post.objects.get(pk=post.pk)
    total = len(flat(threads))
    assert post.thread.shown_count == total
    pages = [Comment.objects.page_of_thread(post, start=at, size=size) for at in range(0, total, size)]
    assert [row.pk for rows in pages for row in rows] == flat(threads)
    assert ["path DESC" in rows.raw_query for rows in pages] == [2 * at >= total for at in range(0, total, size)]


@pytest.mark.parametrize("long", [0, 1, 4, 1_000])
def test_a_position_is_the_same_counted_from_either_end(threads, long, monkeypatch):
    monkeypatch.setattr("comments.models.tree.LONG", long)
    comments = Comment.objects.in_bulk(flat(threads))
    assert [comments[pk].position() for pk in flat(threads)] == [*range(len(comments))]


@pytest.mark.parametrize("order", [NEWEST, MOST_REPLIED])
def test_a_thread_longer_than_a_page_goes_on_on_the_next(visitor, post, order):
    alone, chain = long_thread(post, 30), long_thread(post, 250, chain=True)
    post.thread.shown_count = post.thread.comment_count = 280
    post.thread.save()
    url = f"{post.get_absolute_url()}{order}/"
    met = [drawn(visitor.get(url + (f"comment-page-{number}/" if number > 1 else ""))) for number in (1, 2, 3)]
    assert [len(numbers) for numbers in met] == [COMMENTS_PER_PAGE, COMMENTS_PER_PAGE, 80]
    assert flat(met) == chain + (alone[::-1] if order == NEWEST else alone)


@pytest.mark.parametrize("order", [NEWEST, MOST_REPLIED])
def test_its_pages_are_for_no_search_engine_and_name_the_posts_own_address(visitor, post, order):
    long_thread(post, COMMENTS_PER_PAGE + 1)
    url = f"{post.get_absolute_url()}{order}/"
    for response in (visitor.get(url), visitor.get(f"{url}comment-page-2/"), visitor.get(url)):
        assert response["X-Robots-Tag"] == "noindex"
        assert f'rel="canonical" href="{absolute_url(post.get_absolute_url())}"' in page(response)
    assert visitor.get(f"{url}comment-page-1/")["Location"] == url
    assert visitor.get(f"{url}comment-page-3/").status_code == 404
    assert visitor.get(f"{post.get_absolute_url()}oldest/").status_code == 404


def test_every_order_costs_the_same_and_is_cached(visitor, post, threads, django_assert_num_queries):
    costs = []
    for order in ("", f"{NEWEST}/", f"{MOST_REPLIED}/"):
        url = f"{post.get_absolute_url()}{order}"
        visitor.get(f"{url}?other")  # the parts of the page that are the same in every order
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            visitor.get(url)
        costs.append(len(captured))
        with django_assert_num_queries(1):  # the clock
            visitor.get(url)
    assert len(set(costs)) == 1, costs


def test_links_keep_the_order(visitor, post):
    numbers = long_thread(post, COMMENTS_PER_PAGE + 1)
    url = f"{post.get_absolute_url()}{NEWEST}/"
    html = page(visitor.get(f"{url}?since=1"))
    assert f'href="{url}comment-page-2/?since=1"' in html
    assert f'href="{url}?since=1&amp;reply={numbers[-1]}#respond"' in html
    assert f'href="{url}?since=1&amp;quote=post#respond"' in html
    assert f'href="{url}?since=1#comments" rel="nofollow" aria-current="true">Newest first' in html
    assert f'href="{post.get_absolute_url()}?since=1#comments" rel="nofollow">Oldest first' in html
    reply = visitor.get(f"{url}?reply={numbers[0]}")  # it stands on the second page
    assert f'name="parent" value="{numbers[0]}"' in page(reply)
    remembered = visitor.post(f"{post.get_absolute_url()}reading/", {"act": "remember", "page": "2", "order": NEWEST})
    assert remembered["Location"] == f"{url}comment-page-2/#comments"


def test_what_waits_stands_where_it_would_appear(visitor):
    post = factories.post(conversation="held")
    first, second = factories.comment(post), factories.comment(post)
    below_second = factories.comment(post, parent=second)
    send(visitor, post, body="A reply.", parent=str(first.pk))
    reply = Comment.objects.latest("pk").pk
    send(visitor, post, body="A thread.")
    thread = Comment.objects.latest("pk").pk
    url = post.get_absolute_url()
    seen = {order: drawn(visitor.get(f"{url}{order}")) for order in ("", "newest/", "most-replied/")}
    assert seen[""] == [first.pk, reply, second.pk, below_second.pk, thread]
    assert seen["newest/"] == [thread, second.pk, below_second.pk, first.pk, reply]
    assert seen["most-replied/"] == [second.pk, below_second.pk, first.pk, reply, thread]
    assert drawn(Client().get(f"{url}newest/")) == [second.pk, below_second.pk, first.pk]


def test_pages_of_a_long_thread_are_found_in_indexes(post, threads):
    plan = "QUERY PLAN " if connection.vendor == "sqlite" else ""
    for order, index in ((NEWEST, "comment_newest"), (MOST_REPLIED, "comment_replied")):
        rows = Comment.objects.page_of_thread(post, start=0, size=2, order=order)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for way in ("sort", "seqscan", "bitmapscan"):
                    cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {plan}{rows.raw_query}", rows.params)
            assert index in str(cursor.fetchall())


def test_an_upgrade_counts_the_threads_there_are(post, threads, monkeypatch):
    right = sizes()
    assert [size for size in right.values() if size] == [len(thread) for thread in threads]
    Comment.objects.update(thread_size=0)
    migration = importlib.import_module("comments.migrations.0006_thread_sizes")
    # The column had another name then.
    monkeypatch.setattr(migration, "COUNT_THREADS", migration.COUNT_THREADS.replace("post_id", "conversation_id"))
    migration.count_threads(apps, SimpleNamespace(connection=connection))
    assert sizes() == right


def sizes() -> dict[int, int]:
    return dict(Comment.objects.order_by("path").values_list("pk", "thread_size"))


def test_the_toolbar_is_one_line_and_the_rest_is_folded(visitor, post):
    factories.comment(post)
    html = page(visitor.get(post.get_absolute_url()))
    bar = re.search(r'<ul class="conversation__actions">(.*?)<ul class="reading__menu">', html, re.DOTALL)[1]
    words = " ".join(re.sub(r"<[^>]+>", " ", bar).split())
    assert words == "Write a comment Follow Reading"
    follow = re.search(r'href="(/subscribe/[^"]+)"', bar)[1]
    assert f'href="{post.get_absolute_url()}feed/"' in page(visitor.get(follow))
    closed = factories.post(conversation="closed")
    html = page(visitor.get(closed.get_absolute_url()))
    assert html.index("No comments") < html.index("This conversation is closed.") < html.index("conversation__actions")
