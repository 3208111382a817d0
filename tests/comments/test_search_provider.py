"""Comments in the search: found while readers see them, and at no other moment, whatever path hides them."""

from datetime import timedelta

import pytest

from blog.models import SearchEntry
from comments.lifecycle import edits
from comments.lifecycle.decide import decide
from comments.lifecycle.reports import file_report
from comments.lifecycle.undo import undo
from comments.models import Comment
from comments.models.report import Report
from comments.privacy.retention import erase_old_spam
from comments.status import Status, Via
from tests import factories
from tests.blog.search.results_page import addresses, found, marked

pytestmark = pytest.mark.django_db


QUERIES = ("xylophone", "xylo*", '"a xylophone"', "author:bob", "xylophone OR zither", "-tea", "year:2026 -tea")


def is_found(client, pk: int) -> bool:
    """Is this comment found? By all QUERIES or by none, and in the feeds as on the pages."""
    places = [("/search/", {"q": words, "in": "comments"}) for words in QUERIES]
    places += [(f"/search/feed/{kind}", {"q": words}) for kind in ("", "atom/", "json/") for words in QUERIES]
    seen = {f"/comments/{pk}/" in client.get(where, asked).content.decode() for where, asked in places}
    assert len(seen) == 1
    return seen.pop()


@pytest.fixture
def comment(post):
    return factories.comment(post, status=Status.PENDING, body="A xylophone!")


def test_a_comment_is_shown_with_its_writer_its_post_its_words_and_its_permalink(visitor, post):
    comment = factories.comment(post, body="There is a xylophone & more.", name="Zuhra")
    assert found(visitor, "xylophone") == ["Zuhra on The tea house"]
    assert addresses(visitor, "xylophone") == [f"/comments/{comment.pk}/"]
    assert marked(visitor, "xylophone") == ["xylophone"]
    assert found(visitor, "author:zuhra") == ["Zuhra on The tea house"]


def test_comments_by_an_author_are_found_with_their_posts_under_their_current_name(visitor):
    alice = factories.author("Alice")
    post = factories.post(authors=[alice])
    factories.comment(post, name="Alice", author=alice)
    alice.name = "Zulfiya"
    alice.save()
    assert sorted(found(visitor, "author:zulfiya")) == ["Alice on The tea house", "The tea house"]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_unapproved_comments_are_not_found(visitor, post, status):
    comment = factories.comment(post, status=status, body="A xylophone!")
    assert not is_found(visitor, comment.pk)
    assert not SearchEntry.objects.filter(kind="comment").exists()


def test_a_comment_is_found_from_its_approval_on(visitor, comment):
    assert not is_found(visitor, comment.pk)
    factories.approve(comment, via=Via.DESK)
    assert is_found(visitor, comment.pk)


@pytest.mark.parametrize("verb", ["hold", "mark_spam", "remove", "withdraw"])
def test_every_verb_that_hides_a_comment_hides_it_from_the_search(visitor, comment, verb):
    factories.approve(comment, via=Via.DESK)
    factories.comment(comment.post, parent=comment, name="Carol", body="tea")
    getattr(factories, verb)(comment, via=Via.DESK)
    assert found(visitor, "xylophone") == found(visitor, "author:bob") == []


def test_decisions_on_many_and_their_undoing_are_followed(visitor, post):
    moderator = factories.user(group="Moderator")
    ids = [factories.comment(post, status=Status.PENDING, body=f"Xylophone {n}").pk for n in range(3)]
    decide(ids, Status.APPROVED, via=Via.DESK, by=moderator)
    assert len(found(visitor, "xylophone")) == 3
    outcome = decide(ids[:2], Status.SPAM, via=Via.DESK, by=moderator)
    assert len(found(visitor, "xylophone")) == 1
    undo([decision for comment in outcome.done for decision in comment.decisions.order_by("-id")[:1]], by=moderator)
    assert len(found(visitor, "xylophone")) == 3


def test_comments_held_by_reports_are_no_longer_found(visitor, comment):
    factories.approve(comment, via=Via.DESK)
    for number in range(9):
        file_report(comment, kind=Report.Kind.SPAM, words="", sender=f"reader {number}")
    comment.refresh_from_db()
    assert comment.status == Status.PENDING
    assert not is_found(visitor, comment.pk)


def test_an_edited_comment_is_found_by_its_new_words_alone(visitor, comment):
    factories.approve(comment, via=Via.DESK)
    edits.edit(comment, "A harpsichord.", by=None)
    assert found(visitor, "harpsichord") == ["Bob on The tea house"]
    assert found(visitor, "xylophone") == []


def test_an_edit_of_a_waiting_comment_brings_it_nowhere(visitor, comment):
    edits.edit(comment, "A harpsichord.", by=None)
    assert found(visitor, "harpsichord") == []


def test_erased_spam_is_nowhere_in_the_index(visitor, comment):
    factories.approve(comment, via=Via.DESK)
    factories.mark_spam(comment, via=Via.DESK)
    comment.pending_training.delete()
    Comment.objects.update(decided_at=factories.timezone.now() - timedelta(days=31))
    assert erase_old_spam() == 1
    assert not SearchEntry.objects.filter(keys__contains="xylophone").exists()


@pytest.mark.parametrize("hide", ["draft", "scheduled"])
def test_comments_are_found_only_while_their_post_is_public(visitor, comment, hide):
    factories.approve(comment, via=Via.DESK)
    post, at = comment.post, comment.post.published_at
    if hide == "draft":
        post.status = post.Status.DRAFT
    else:
        post.published_at = factories.timezone.now() + timedelta(days=1)
    post.save()
    assert not is_found(visitor, comment.pk)
    post.status, post.published_at = post.Status.PUBLISHED, at
    post.save()
    assert is_found(visitor, comment.pk)


def test_nothing_depends_on_the_index_being_right(visitor, comment):
    """Words changed past every path of ours, as a database's console would."""
    factories.approve(comment, via=Via.DESK)
    Comment.objects.filter(pk=comment.pk).update(status=Status.SPAM)
    assert not is_found(visitor, comment.pk)
    Comment.objects.filter(pk=comment.pk).update(status=Status.APPROVED)
    assert is_found(visitor, comment.pk)
    Comment.objects.filter(pk=comment.pk).update(body="erased", html="erased", version=2)
    assert not is_found(visitor, comment.pk)


def test_comments_alone_or_posts_alone_are_found_when_asked_for(visitor, post):
    factories.comment(post, body="More tea.")
    assert len(found(visitor, "tea")) == 2
    assert found(visitor, "tea", **{"in": "comments"}) == ["Bob on The tea house"]
    assert found(visitor, "tea", **{"in": "posts"}) == ["The tea house"]
    assert len(found(visitor, "tea", **{"in": "nonsense"})) == 2
