"""Series: posts that belong together, in an order of their own."""

import pytest
from django.test import Client

from blog.models import Post, Series
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/blog/post/"


@pytest.fixture
def walls() -> Series:
    return Series.objects.create(name="The walls", slug="the-walls", description="Of earth and brick.")


def part(series: Series, number: int, **fields) -> Post:
    return factories.post(title=f"Wall {number}", series=series, part=number, **fields)


def page(address: str) -> str:
    return Client().get(address).text


def test_a_series_lists_its_public_parts_in_their_order(walls):
    part(walls, 2)
    part(walls, 1)
    factories.draft(title="Hidden", series=walls, part=3)
    factories.scheduled(title="Later", series=walls, part=4)
    text = page("/series/the-walls/")
    assert text.index("Wall 1") < text.index("Wall 2")
    assert "Of earth and brick." in text
    assert "Hidden" not in text
    assert "Later" not in text


def test_a_part_says_which_it_is_and_leads_to_the_others(walls):
    first, second = part(walls, 1), part(walls, 2)
    text = page(second.get_absolute_url())
    assert 'Part 2 of <a href="/series/the-walls/">The walls</a>' in text
    assert f'<a href="{first.get_absolute_url()}">Wall 1</a>' in text
    assert '<b aria-current="page">Wall 2</b>' in text


def test_a_hidden_part_is_named_nowhere(walls):
    first = part(walls, 1)
    factories.draft(title="Hidden", series=walls, part=2)
    assert "Hidden" not in page(first.get_absolute_url())


def test_a_post_without_a_series_shows_none_and_costs_no_query(walls, django_assert_num_queries):
    alone, member = factories.post(), part(walls, 1)
    page("/archive/")  # the standing pages are known from here on
    with django_assert_num_queries(5):
        assert 'class="series"' not in page(alone.get_absolute_url())
    with django_assert_num_queries(6):
        assert 'class="series"' in page(member.get_absolute_url())


def test_the_list_of_series_names_those_that_can_be_read(walls):
    part(walls, 1)
    Series.objects.create(name="Nothing yet", slug="nothing-yet")
    text = page("/series/")
    assert "The walls" in text
    assert "1 post" in text
    assert "Nothing yet" not in text
    assert "/series/the-walls/" in page("/sitemap-series.xml")
    assert "nothing-yet" not in page("/sitemap-series.xml")


def test_the_parts_come_by_pages(walls, monkeypatch):
    monkeypatch.setattr("blog.views.series.TITLES_PER_PAGE", 1)
    part(walls, 1)
    part(walls, 2)
    assert "Wall 2" in page("/series/the-walls/page/2/")
    assert Client().get("/series/the-walls/page/3/").status_code == 404


def test_a_renamed_series_answers_at_its_old_address(walls):
    walls.slug = "walls-of-earth"
    walls.save()
    answer = Client().get("/series/the-walls/")
    assert (answer.status_code, answer.url) == (301, "/series/walls-of-earth/")


def test_a_post_that_joins_becomes_the_next_part(walls, editor):
    part(walls, 4)
    editor.post(f"{LIST}add/", factories.post_form(series=walls.pk))
    assert Post.objects.get(title="On tea").part == 5


def test_after_the_largest_number_a_post_that_joins_takes_the_first_that_is_free(walls, editor):
    part(walls, 1)
    part(walls, 32_767)
    editor.post(f"{LIST}add/", factories.post_form(series=walls.pk))
    assert Post.objects.get(title="On tea").part == 2
    answer = editor.post(f"{LIST}add/", factories.post_form(series=walls.pk, part=1, slug="more"))
    assert answer.context["adminform"].form.errors["part"] == ["The series already has a part 1. Part 3 is free."]


def test_two_posts_cannot_be_one_part(walls, editor):
    part(walls, 1)
    answer = editor.post(f"{LIST}add/", factories.post_form(series=walls.pk, part=1))
    assert answer.context["adminform"].form.errors["part"] == ["The series already has a part 1. Part 2 is free."]


def test_a_post_that_leaves_is_no_part_any_more(walls, editor):
    post = part(walls, 1)
    editor.post(f"{LIST}{post.pk}/change/", factories.post_form(slug=post.slug, part=1))
    post.refresh_from_db()
    assert (post.series, post.part) == (None, None)


def test_a_series_that_is_deleted_leaves_its_posts(walls, editor):
    post = part(walls, 1)
    editor.post(f"/admin/blog/series/{walls.pk}/delete/", {"post": "yes"})
    assert Post.objects.get().series is None
    assert 'class="series"' not in page(post.get_absolute_url())


def test_a_renamed_series_shows_on_its_cached_pages_at_once(walls):
    post = part(walls, 1)
    assert "The walls" in page(post.get_absolute_url())
    walls.name = "Walls of earth"
    walls.save()
    assert "Walls of earth" in page(post.get_absolute_url())


@pytest.mark.parametrize("series", ["abc", "\0", "1e5", "-1", "9" * 30, "999999"])
def test_an_unknown_series_is_refused_on_its_field_and_nothing_typed_is_lost(editor, series):
    answer = editor.post(f"{LIST}add/", factories.post_form(series=series, body="Typed for an hour."))
    assert "series" in answer.context["adminform"].form.errors
    assert "Typed for an hour." in answer.text
