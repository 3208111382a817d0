"""What is composed once, a query, update or insert, does what it does when it is composed anew, in every thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import CharField, DateTimeField, F, IntegerField
from django.utils import timezone

from blog.models import Post, Tag
from blog.models.composed_query import ComposedInsert, ComposedQuery, ComposedUpdate, Parameter
from tests import factories

PUBLISHED = ComposedQuery(
    lambda: (
        Post.objects.filter(published_at__lte=Parameter("now", DateTimeField()), title=Parameter("title", CharField()))
        .select_related("thread")
        .defer("body")
    )
)
TIMES = ComposedQuery(
    lambda: Post.objects.exclude(pk=Parameter("but", IntegerField())).order_by("pk").values_list("pk", "published_at")
)
SLUGS = ComposedQuery(lambda: Post.objects.order_by("pk").values_list("slug", flat=True)[:2])

RENAME = ComposedUpdate(
    lambda: (
        Post.objects.filter(pk=Parameter("pk", IntegerField())),
        {"title": Parameter("title", CharField()), "edition": F("edition") + 1},
    )
)
INSERT_TAGS, FIND_OR_INSERT_TAG = ComposedInsert(Tag), ComposedInsert(Tag, unique="slug")


def test_its_objects_are_as_the_queryset_says(db, django_assert_num_queries):
    post, _ = factories.post(title="Rice"), factories.post(title="Floors")
    now = timezone.now()
    with django_assert_num_queries(1):
        [found] = PUBLISHED(now=now, title="Rice")
        assert (found, found.thread.comment_count) == (post, 0)
    assert found.get_deferred_fields() == {"body"}
    assert PUBLISHED(now=post.published_at - timedelta(seconds=1), title="Rice") == []


def test_values_of_another_call_are_not_remembered(db):
    rice, floors = factories.post(title="Rice"), factories.post(title="Floors")
    assert [PUBLISHED.first(now=timezone.now(), title=title) for title in ("Rice", "Floors", "Hats")] == [
        rice,
        floors,
        None,
    ]


def test_its_tuples_and_values_are_those_of_the_queryset(db):
    posts = [factories.post() for _ in range(3)]
    assert TIMES(but=posts[0].pk) == [(post.pk, post.published_at) for post in posts[1:]]
    assert SLUGS() == [post.slug for post in posts[:2]]


def test_text_is_never_part_of_the_statement(db, django_assert_num_queries):
    post = factories.post(title="'; DROP TABLE blog_post; -- %s")
    assert PUBLISHED.first(now=timezone.now(), title=post.title) == post
    assert PUBLISHED.first(now=timezone.now(), title="' OR '1' = '1") is None


def test_an_update_changes_what_it_names_and_nothing_else(db, django_assert_num_queries):
    rice, floors = factories.post(title="Rice"), factories.post(title="Floors")
    for title in ("'; DROP TABLE blog_post; -- %s", "Bread"):
        with django_assert_num_queries(1):
            RENAME(pk=rice.pk, title=title)
        rice.refresh_from_db()
        assert rice.title == title
    assert rice.edition == 3
    floors.refresh_from_db()
    assert (floors.title, floors.edition) == ("Floors", 1)


def test_a_value_that_was_forgotten_is_an_error(db):
    with pytest.raises(KeyError, match="title"):
        PUBLISHED(now=timezone.now())
    with pytest.raises(KeyError, match="title"):
        RENAME(pk=1)


def test_a_new_row_is_stored_as_save_stores_it(db, django_assert_num_queries):
    for name in ("'; DROP TABLE blog_tag; -- %s", "Bread"):
        saved = Tag(name=f"{name} saved", slug=f"saved-{len(name)}", description=name)
        saved.save()
        new = Tag(name=f"{name} new", slug=f"new-{len(name)}", description=name)
        with django_assert_num_queries(1):
            assert INSERT_TAGS([new]) == [new]
        assert (new._state.adding, new._state.db) == (False, "default")
        stored = Tag.objects.filter(pk__in=[saved.pk, new.pk]).order_by("pk").values()
        different = {"id", "name", "slug", "name_key"}
        first, second = ({name: value for name, value in row.items() if name not in different} for row in stored)
        assert first == second
        assert (stored[1]["id"], stored[1]["name"]) == (new.pk, new.name)


def test_a_new_row_keeps_the_number_that_it_has(db):
    INSERT_TAGS([Tag(pk=900, name="Rice", slug="rice")])
    assert Tag.objects.get(slug="rice").pk == 900


def test_no_row_and_several_are_stored_as_well(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert INSERT_TAGS([]) == []
    INSERT_TAGS(Tag(name=name, slug=name.lower()) for name in ("Rice", "Floors"))
    assert set(Tag.objects.values_list("name", flat=True)) == {"Rice", "Floors"}


def test_a_row_that_is_there_already_is_found(db):
    earlier = Tag.objects.create(name="Rice", slug="rice")
    again = Tag(name="Rice pudding", slug="rice")
    FIND_OR_INSERT_TAG([again])
    assert again.pk == earlier.pk
    assert Tag.objects.get().name == "Rice"


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_one_moment_each_get_their_own():
    if connection.vendor == "sqlite":
        pytest.skip("A test's SQLite database is in the memory of one thread")
    posts = {f"Post {number}": factories.post(title=f"Post {number}") for number in range(8)}

    def find(title: str) -> list[Post | None]:
        try:
            return [PUBLISHED.first(now=timezone.now(), title=title) for _ in range(20)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(find, posts)) == [[post] * 20 for post in posts.values()]
