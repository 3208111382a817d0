"""The verbs of a post: each moves words, index, counts, version and clock once, or nothing at all."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.fulltext import index
from blog.models import Clock, Correction, Post, Quotation, SearchEntry, Tag
from blog.models.version import StaleEdition
from tests import factories

pytestmark = pytest.mark.django_db

QUOTING = "> Leave one brick.\n> — Navoiy, *Xamsa*\n"
# What a verb may write, by the statement that writes it.
WRITES = {
    "insert the post": 'INSERT INTO "blog_post" ',
    "update the post": 'UPDATE "blog_post" ',
    "insert its conversation": 'INSERT INTO "blog_conversation" ',
    "add authors": 'INSERT INTO "blog_post_authors" ',
    "add tags": 'INSERT INTO "blog_post_tags" ',
    "remove tags": 'DELETE FROM "blog_post_tags" ',
    "index": 'INSERT INTO "blog_searchentry" ',
    "remove from the index": 'DELETE FROM "blog_searchentry" ',
    "keep a version": 'INSERT INTO "blog_version" ',
    "keep quotations": 'INSERT INTO "blog_quotation" ',
    "note a correction": 'INSERT INTO "blog_correction" ',
    "count authors": 'UPDATE "blog_author" ',
    "count tags": 'UPDATE "blog_tag" ',
    "count sources": 'UPDATE "blog_source" ',
    "move the clock": 'UPDATE "blog_clock" ',
}


class State(NamedTuple):
    """All that a verb changes, as it is stored."""

    posts: list
    tags: list
    counts: list
    index: list
    versions: list
    quotations: list
    corrections: list
    clock: int


def state() -> State:
    return State(
        list(Post.objects.order_by("pk").values_list("pk", "title", "body", "status", "published_at", "edition")),
        list(Post.tags.through.objects.order_by("pk").values_list("post", "tag")),
        list(Tag.objects.order_by("pk").values_list("name", "post_count")),
        list(SearchEntry.objects.order_by("pk").values_list("object_id", "keys")),
        list(Post.versions.rel.related_model.objects.order_by("pk").values_list("post", "number", "body")),
        list(Quotation.objects.order_by("pk").values_list("post", "source")),
        list(Correction.objects.order_by("pk").values_list("post", "text")),
        Clock.objects.get(name=Clock.SITE).value,
    )


def written(do: Callable[[], object]) -> Counter[str]:
    """How often each of WRITES is written by `do`."""
    with CaptureQueriesContext(connection) as queries:
        do()
    said = [query["sql"].replace("INSERT OR IGNORE", "INSERT") for query in queries]
    return Counter(name for sql in said for name, start in WRITES.items() if sql.startswith(start))


@pytest.fixture
def alice():
    return factories.author("Alice")


@pytest.fixture
def tea() -> Tag:
    return factories.tag("Tea")


@pytest.fixture
def draft(alice) -> Post:
    return factories.draft(title="Bricks", body=QUOTING, authors=[alice], tags=[factories.tag("Walls")])


@pytest.fixture
def published(alice) -> Post:
    return factories.post("Bricks", body=QUOTING, authors=[alice], tags=[factories.tag("Walls")])


# Each once


def test_a_new_draft_is_stored_once_and_counts_for_nobody(alice, tea):
    post = Post(title="Bricks", slug="bricks", body=QUOTING)
    assert written(lambda: post.save_draft(authors=[alice], tags=[tea])) == {
        "index": 1,
        "insert the post": 1,
        "insert its conversation": 1,
        "add authors": 1,
        "add tags": 1,
        "keep a version": 1,
        "keep quotations": 1,
        "move the clock": 1,
    }
    assert (post.status, post.edition, post.versions.count()) == ("draft", 1, 1)
    assert not SearchEntry.objects.exclude(kind="draft").exists()


def test_a_post_handed_in_is_stored_once_with_its_new_words_and_tags(draft, tea):
    draft.body = "Tea."
    assert written(lambda: draft.hand_in(tags=[tea])) == {
        "index": 1,
        "update the post": 1,
        "remove tags": 1,
        "add tags": 1,
        "keep a version": 1,
        "move the clock": 1,
    }
    assert (draft.status, draft.edition) == ("review", 2)


def test_publishing_counts_each_author_tag_and_source_once(draft, tea, alice):
    walls = draft.tags.get()
    assert written(lambda: draft.publish(tags=[walls, tea])) == {
        "update the post": 1,
        "add tags": 1,
        "index": 1,
        "remove from the index": 1,
        "keep a version": 1,
        "count authors": 1,
        "count tags": 1,
        "count sources": 1,
        "move the clock": 1,
    }
    (document,) = SearchEntry.objects.values_list("keys", flat=True)
    assert {f"#{tag.pk}" for tag in (tea, walls)} <= {key for key in document.split() if key.startswith("#")}
    assert [row.post_count for row in (*Tag.objects.all(), type(alice).objects.get())] == [1, 1, 1]


def test_new_words_of_a_published_post_with_a_note_move_each_part_once(published):
    published.body = "No brick."
    assert written(lambda: published.publish(correction="It was no brick.")) == {
        "update the post": 2,  # the second with the time of the note
        "index": 1,
        "keep a version": 1,
        "note a correction": 1,
        "count sources": 1,
        "move the clock": 1,
    }
    assert Post.objects.get().corrected_at == Correction.objects.get().corrected_at == published.corrected_at
    assert Correction.objects.get().edition == 2


def test_a_scheduled_post_is_indexed_and_awaited_and_counts_from_its_time_on(draft, alice):
    at = timezone.now() + timedelta(days=1)
    assert written(lambda: draft.schedule(at)) == {
        "update the post": 1,
        "index": 1,
        "remove from the index": 1,
        "keep a version": 1,
        "count authors": 1,
        "count tags": 1,
        "count sources": 1,
        "move the clock": 1,
    }
    assert Clock.objects.get(name=Clock.SITE).due == at
    assert type(alice).objects.get().post_count == 0


def test_unpublishing_takes_the_post_out_of_index_and_counts_once(published, alice):
    assert written(published.unpublish) == {
        "update the post": 1,
        "remove from the index": 1,
        "index": 1,
        "keep a version": 1,
        "count authors": 1,
        "count tags": 1,
        "count sources": 1,
        "move the clock": 1,
    }
    assert published.status == "draft"
    assert type(alice).objects.get().post_count == 0


def test_restoring_moves_each_part_once(published):
    published.title = "Tiles"
    published.save()
    first = published.versions.get(number=1)
    by = factories.user()
    assert written(lambda: published.restore(first, by=by, correction="Bricks again.")) == {
        "update the post": 2,
        "index": 1,
        "keep a version": 1,
        "note a correction": 1,
        "move the clock": 1,
    }
    last = published.versions.latest_first()[0]
    assert (last.title, last.number, last.restored_from, last.saved_by) == ("Bricks", 3, 1, by)


def test_a_new_post_is_published_from_a_form_with_each_part_moved_once(editor, tea):
    alice = factories.author("Alice")
    form = factories.post_form(body=QUOTING, status="published", authors=[alice.pk], tags=[tea.pk])
    form |= {"published_at_0": "2026-03-20", "published_at_1": "12:00:00"}
    once = ["insert the post", "add tags", "index", "keep a version", "count authors", "count tags"]
    counted = written(lambda: editor.post("/admin/blog/post/add/", form))
    assert counted == dict.fromkeys(
        [*once, "insert its conversation", "add authors", "keep quotations", "count sources", "move the clock"], 1
    )


def test_a_post_saved_from_a_form_moves_each_part_once(editor, published, tea):
    form = factories.post_form(title="Tiles", body="No brick.", status="published", tags=[tea.pk], edition=1)
    form |= {"slug": published.slug, "authors": published.authors.get().pk, "correction": "No brick."}
    form |= {"published_at_0": "2026-03-20", "published_at_1": "12:00:00"}
    assert written(lambda: editor.post(f"/admin/blog/post/{published.pk}/change/", form)) == {
        "update the post": 2,
        "remove tags": 1,
        "add tags": 1,
        "index": 1,
        "keep a version": 1,
        "note a correction": 1,
        "count tags": 1,
        "count sources": 1,
        "move the clock": 1,
    }


# What each says


def test_publishing_dates_a_post_now_that_has_no_date_or_a_later_one():
    before = timezone.now() - timedelta(seconds=1)
    posts = [factories.draft(), factories.draft(published_at=timezone.now() + timedelta(days=9)), factories.scheduled()]
    for post in posts:
        post.publish()
        assert before <= post.published_at <= timezone.now()
        assert post.is_public


def test_publishing_keeps_an_earlier_date():
    post = factories.draft(published_at=factories.NOON)
    post.publish()
    assert post.published_at == factories.NOON


@pytest.mark.parametrize("verb", ["save_draft", "hand_in", "publish"])
def test_every_verb_says_who_did_it(verb):
    post, by = factories.post(), factories.user()
    post.body = "Other."
    getattr(post, verb)(by=by)
    assert post.versions.latest_first()[0].saved_by == by


def test_authors_and_tags_that_are_not_named_stay(published):
    published.save_draft(by=None)
    assert (published.authors.count(), published.tags.count()) == (1, 1)


def test_unpublishing_writes_no_word_and_asks_no_limit(published):
    stale = Post.objects.get()
    published.body = "New."
    published.save()
    Post.objects.update(body="> " * 60 + "deep")  # as taken before there were limits
    stale.body = "Old."
    assert stale.unpublish(by=None)
    assert Post.objects.get().body == "> " * 60 + "deep"


def test_a_draft_is_not_unpublished(draft):
    before = state()
    assert not draft.unpublish()
    assert state() == before


def test_a_post_that_equals_the_version_is_not_restored(published):
    before = state()
    assert not published.restore(published.versions.get(), by=None)
    assert state() == before


def test_a_deleted_post_is_neither_unpublished_nor_restored(published):
    version, stale = published.versions.get(), Post.objects.get()
    published.delete()
    for act in (stale.unpublish, lambda: stale.restore(version, by=None)):
        with pytest.raises(Post.DoesNotExist):
            act()


def test_a_deleted_post_leaves_index_and_counts_once(published, alice):
    assert written(published.delete) == {
        "remove from the index": 1,
        "remove tags": 1,
        "count authors": 1,
        "count tags": 1,
        "count sources": 1,
        "move the clock": 1,
    }
    assert type(alice).objects.get().post_count == 0


# All or nothing

VERBS = {
    "save_draft": lambda post, tea: post.save_draft(tags=[tea], correction="Other."),
    "hand_in": lambda post, tea: post.hand_in(tags=[tea], correction="Other."),
    "publish": lambda post, tea: post.publish(tags=[tea], correction="Other."),
    "schedule": lambda post, tea: post.schedule(timezone.now() + timedelta(days=1), tags=[tea], correction="Other."),
    "unpublish": lambda post, tea: post.unpublish(),
    "restore": lambda post, tea: post.restore(post.versions.get(number=1), by=None, correction="Other."),
    "delete": lambda post, tea: post.delete(),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_fails_at_its_last_step_leaves_nothing_half_done(verb, published, tea, monkeypatch):
    published.body = "Other."
    published.save()
    before = state()

    def fail(*args, **options) -> None:
        raise ArithmeticError

    monkeypatch.setattr(Clock, "move_site", fail)
    published.body = "Third."
    with pytest.raises(ArithmeticError):
        VERBS[verb](published, tea)
    assert state() == before


@pytest.mark.parametrize("step", ["put", "remove"])
def test_a_failing_index_leaves_nothing_half_done(step, published, tea, monkeypatch):
    before = state()

    def fail(*args) -> None:
        raise ArithmeticError

    monkeypatch.setattr(index, step, fail)
    published.body = "Other."
    with pytest.raises(ArithmeticError):
        VERBS["publish" if step == "put" else "save_draft"](published, tea)
    assert state() == before


def test_a_version_of_another_edition_is_refused_before_anything_is_written(published):
    published.body = "Other."
    published.save()
    before = state()
    with pytest.raises(StaleEdition):
        published.restore(published.versions.get(number=1), by=None, edition=1)
    assert state() == before
