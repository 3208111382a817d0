"""The synthetic site is stored as if it had been written post by post and comment by comment."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from blog.models import Author, Clock, Conversation, Page, Post, Quotation, Source, Tag
from comments.models import Comment, Decision, PendingNotification
from comments.status import Status
from comments.threads import layout
from comments.web.fingerprints import comment_fingerprint
from comments.web.tiles import tile_number
from registan.sample.plan import SampleSize
from registan.sample.rows import SampleSite
from tests import factories

SMALL = {"posts": 30, "comments": 2_600, "thread": 1_200, "chain": 60}


@pytest.fixture(scope="module")
def sampled_once(django_db_setup, django_db_blocker):
    """What the command prints; each test undoes its own changes within this transaction."""
    out = io.StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("sample", **SMALL, stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def sampled(sampled_once, db):
    return sampled_once


def rows(size: dict) -> list[list[tuple]]:
    sample = SampleSite(SampleSize(**size))
    return [
        list(part())
        for part in (
            sample.posts,
            sample.post_authors,
            sample.post_tags,
            sample.threads,
            sample.comments,
            sample.decisions,
        )
    ]


def test_it_has_the_requested_size(sampled):
    assert Post.objects.published().count() == 30
    assert Comment.objects.count() == Decision.objects.count() == 2_600
    assert Comment.objects.filter(post__slug="thread-1200").count() == 1_200
    assert Conversation.objects.get(post__slug="thread-10").comment_count == 10
    assert set(Page.objects.values_list("slug", flat=True)) == {"about", "terms"}
    assert set(Comment.objects.values_list("status", flat=True)) == {*Status}


def test_it_prints_the_urls_to_measure(sampled, client):
    paths = [line.split()[-1] for line in sampled.splitlines()[-6:]]
    assert len(paths) == 6
    for path in paths:
        assert client.get(path).status_code == 200


def test_the_counts_match_the_rows(sampled):
    for counted in [*Author.objects.all(), *Tag.objects.all(), *Source.objects.all()]:
        assert counted.post_count == counted.posts.published().count()
    for thread in Conversation.objects.all():
        comments = Comment.objects.filter(conversation=thread)
        assert thread.comment_count == comments.approved().count()
        assert thread.shown_count == comments.filter(shown=True).count()
        assert thread.shown_count == sum(comments.values_list("thread_size", flat=True))


def test_a_thread_is_in_depth_first_order(sampled):
    comments = Comment.objects.filter(post__slug="thread-1000")
    below = {}
    for comment in comments.order_by("id"):
        below.setdefault(comment.parent_id, []).append(comment)
    # The path tells ancestors apart only so far; below that, replies stand in order of time.
    assert max(comment.depth for group in below.values() for comment in group) < layout.MAX_PATH_DEPTH
    walk, waiting = [], below[None][::-1]
    while waiting:
        walk.append(comment := waiting.pop())
        waiting += below.get(comment.pk, [])[::-1]
    assert [comment.pk for comment in walk] == list(comments.order_by("path").values_list("pk", flat=True))


def test_paths_are_those_that_submission_gives(sampled):
    parents = {comment.pk: comment for comment in Comment.objects.all()}
    for comment in parents.values():
        parent = parents.get(comment.parent_id)
        assert comment.path == layout.path_below(parent.path if parent else "", comment.pk)
        assert comment.depth == (parent.depth + 1 if parent else 0)
        assert parent is None or (
            parent.conversation_id == comment.conversation_id and parent.created_at <= comment.created_at
        )


def test_shown_follows_from_the_statuses(sampled):
    shown = {}
    for comment in Comment.objects.order_by("-id"):
        shown[comment.pk] = shown.get(comment.pk, False) or comment.status == Status.APPROVED
        if comment.parent_id and shown[comment.pk]:
            shown[comment.parent_id] = True
        assert comment.shown == shown[comment.pk]
    tombstones = Comment.objects.filter(shown=True).exclude(status=Status.APPROVED)
    assert set(tombstones.values_list("status", flat=True)) <= {Status.REMOVED, Status.WITHDRAWN}
    assert tombstones.exists()
    assert not Comment.objects.filter(parent__status__in=[Status.PENDING, Status.SPAM]).exists()


def test_derived_columns_are_those_that_saving_gives(sampled):
    for comment in Comment.objects.select_related("post", "parent", "author")[::40]:
        fields = {name: getattr(comment, name) for name in ("post", "parent", "author", "name", "email", "body")}
        assert (comment.fingerprint, comment.tile) == (comment_fingerprint(fields), tile_number(fields))
        derived = comment.html
        comment.save()
        assert comment.html == derived
    for post in Post.objects.all()[::7]:
        derived = post.published_on, post.body_html, post.opening, post.epigraph_html, post.updated_at
        post.save()
        assert Quotation.objects.store(post) == []
        assert derived == (post.published_on, post.body_html, post.opening, post.epigraph_html, post.updated_at)


def test_the_chain_is_as_deep_as_requested(sampled):
    assert Comment.objects.filter(post__slug="thread-1200", depth__gte=SMALL["chain"] - 1).exists()


def test_decisions_send_nothing_and_end_in_the_stored_status(sampled):
    assert not PendingNotification.objects.exists()
    assert not Decision.objects.exclude(to_status=F("comment__status")).exists()
    assert not Decision.objects.exclude(from_status="").exists()


def test_every_page_of_the_longest_thread_is_rendered(sampled, client):
    post = Post.objects.get(slug="thread-1200")
    seen = client.get(post.get_absolute_url()).content.count(b'id="comment-')
    pages = layout.count_pages(post.thread.shown_count)
    for number in range(2, pages + 1):
        page = client.get(f"{post.get_absolute_url()}comment-page-{number}/")
        assert page.status_code == 200
        seen += sum(page.content.count(b'id="comment-%d' % digit) for digit in range(1, 10))
    assert pages > 10
    assert seen >= post.thread.shown_count


def test_the_site_can_be_used_afterwards(sampled):
    before = Clock.read()
    post = factories.post(tags=[factories.tag()])
    assert factories.comment(post).pk > 2_600
    assert post.pk > 30
    assert Clock.read() > before


def test_it_is_always_the_same(db):
    assert rows(SMALL) == rows(SMALL)


@pytest.mark.django_db
def test_a_site_with_posts_is_left_alone():
    factories.post()
    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("sample", **SMALL)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"comments": 2_000}, "at least 2,310"),
        ({"posts": 4}, "more than 4 posts"),
        ({"thread": 0}, "at least 1 each"),
        ({"chain": 1_201}, "must fit"),
    ],
)
def test_an_impossible_size_is_refused_with_a_reason(change, why):
    with pytest.raises(CommandError, match=why):
        call_command("sample", **{**SMALL, **change})
