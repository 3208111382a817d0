"""Below a post: the rest of its series, related posts and more by its author; nothing that readers do not find."""

import re
from datetime import timedelta

import pytest

from blog.editing.trash_actions import move_to_trash
from blog.models import Post, Series
from blog.search.choose_related import choose_due_related
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice():
    return factories.author("Alice")


def choose() -> None:
    while choose_due_related():
        pass


def titles(visitor, post: Post, part: str) -> list[str]:
    """What the page of `post` names in this part."""
    text = visitor.get(post.get_absolute_url()).text
    found = re.search(rf'<nav class="[\w-]+" aria-labelledby="{part}">(.*?)</nav>', text, re.DOTALL)
    return re.findall(r'<span class="further__title" dir="auto">([^<]*)</span>', found[1]) if found else []


def related(visitor, post: Post) -> list[str]:
    return titles(visitor, post, "related-posts")


def by_author(visitor, post: Post) -> list[str]:
    return titles(visitor, post, "more-by-author")


def glazed(count: int) -> list[Post]:
    """Posts by as many authors that share a tag, a month between them, among others that do not."""
    tag = factories.tag("Glaze")
    for number in range(8):
        factories.post(f"Filler {number}", published_at=factories.NOON - (number + 1) * DAY)
    months = [factories.NOON - 30 * number * DAY - 20 * DAY for number in range(count)]
    return [factories.post(f"Glaze {number}", tags=[tag], published_at=at) for number, at in enumerate(months)]


# Related posts


def test_a_post_leads_to_three_related_ones_but_not_to_its_neighbours_twice(visitor):
    posts = glazed(7)
    choose()
    assert related(visitor, posts[3]) == ["Glaze 6", "Glaze 5", "Glaze 1"]  # 2 and 4 are its neighbours
    assert related(visitor, Post.objects.get(title="Filler 0")) == []


@pytest.mark.parametrize(
    "hide",
    [
        lambda post: post.unpublish(),
        lambda post: move_to_trash(post, by=None),
        lambda post: set_visibility(post, "unlisted"),
        lambda post: set_visibility(post, "password"),
        lambda post: post.delete(),
        lambda post: post.schedule(factories.NOON.replace(year=2100)),
    ],
    ids=["unpublished", "trash", "unlisted", "password", "deleted", "scheduled"],
)
def test_a_post_that_is_hidden_disappears_from_every_page_at_once_without_a_worker(visitor, hide):
    alice = factories.author("Alice")
    posts = glazed(4)
    posts[0].save(authors=[alice])
    posts[3].save(authors=[alice])
    choose()
    assert "Glaze 3" in related(visitor, posts[0])
    assert "Glaze 0" in related(visitor, posts[3])
    hide(posts[3])
    assert "Glaze 3" not in visitor.get(posts[0].get_absolute_url()).text


def set_visibility(post: Post, visibility: str) -> None:
    post.visibility = visibility
    if visibility == "password":
        post.set_password("plum")
    post.save()


def test_a_renamed_post_is_named_as_it_is_now_at_once(visitor):
    posts = glazed(4)
    choose()
    assert "Glaze 3" in related(visitor, posts[0])
    posts[3].title, posts[3].slug = "Lustre", "lustre"
    posts[3].save()
    text = visitor.get(posts[0].get_absolute_url()).text
    assert "Glaze 3" not in text
    assert f'href="{posts[3].get_absolute_url()}"><span class="further__title" dir="auto">Lustre</span>' in text


def test_a_post_that_was_just_published_shows_what_the_worker_chose_for_it(visitor):
    posts = glazed(3)
    choose()
    post = factories.post("New", tags=posts[0].tag_list, published_at=factories.NOON + DAY)
    assert related(visitor, post) == []
    choose()
    assert related(visitor, post) == ["Glaze 2", "Glaze 1", "Glaze 0"]


# Others by the author


def test_a_post_leads_to_the_latest_others_of_its_first_author(visitor, alice):
    posts = [
        factories.post(f"By Alice {number}", authors=[alice], published_at=factories.NOON - number * DAY)
        for number in range(7)
    ]
    factories.post("By Bob", authors=[factories.author("Bob")], published_at=factories.NOON + DAY)
    factories.draft(title="Draft", authors=[alice])
    factories.post("Unlisted", authors=[alice], visibility="unlisted")
    assert by_author(visitor, posts[5]) == ["By Alice 0", "By Alice 1", "By Alice 2"]
    assert by_author(visitor, posts[1]) == ["By Alice 3", "By Alice 4", "By Alice 5"]  # its neighbours are below it
    text = visitor.get(posts[5].get_absolute_url()).text
    assert f'More by <a href="{alice.get_absolute_url()}"><bdi>Alice</bdi></a>' in text


def test_a_post_without_an_author_or_with_an_author_of_one_post_leads_to_none(visitor, alice):
    assert "More by" not in visitor.get(factories.post(authors=[]).get_absolute_url()).text
    assert "More by" not in visitor.get(factories.post(authors=[alice]).get_absolute_url()).text


# The series


def test_of_a_long_series_the_parts_around_are_listed_with_a_link_to_all(visitor, alice):
    series = Series.objects.create(name="Letters", slug="letters")
    parts = [factories.post(f"Letter {number}", series=series, part=number, authors=[alice]) for number in range(1, 13)]
    other = factories.post("Not in it", authors=[alice], published_at=factories.NOON - 9 * DAY)
    text = visitor.get(parts[5].get_absolute_url()).text
    listed = re.search(r'aria-labelledby="series-parts">(.*?)</nav>', text, re.DOTALL)[1]
    assert re.findall(r'<li value="(\d+)"', listed) == ["3", "4", "5", "6", "7", "8", "9"]
    assert '<b aria-current="page">Letter 6</b>' in listed
    assert '<a href="/series/letters/">All 12 parts</a>' in listed
    assert re.findall(r'<li value="(\d+)"', visitor.get(parts[0].get_absolute_url()).text)[0] == "1"
    assert by_author(visitor, parts[5]) == [other.title]  # its parts are named above


# What it costs


def test_all_of_it_together_costs_no_query_of_its_own(visitor, django_assert_num_queries, alice):
    series = Series.objects.create(name="Letters", slug="letters")
    posts = glazed(4)
    for number, post in enumerate(posts, 1):
        post.series, post.part = (series, number) if number < 3 else (None, None)
        post.save(authors=[alice])
        factories.comment(post)
    factories.post("Of a year ago", authors=[alice], published_at=factories.NOON - 365 * DAY)
    choose()
    with django_assert_num_queries(8):  # clock, post, parts, around it, authors, tags, standing pages, comments
        text = visitor.get(posts[0].get_absolute_url()).text
    assert 'id="series-parts"' in text
    assert 'id="related-posts"' in text
    assert 'id="more-by-author"' in text


def test_a_preview_leads_nowhere_and_asks_for_no_address(visitor, alice):
    factories.post(authors=[alice])
    text = visitor.get(factories.draft(authors=[alice]).get_preview_url()).text
    assert "More by" not in text
    assert "subscribe-box" not in text


# Before the text


def test_a_long_post_says_how_long_it_takes_and_has_its_contents(visitor):
    body = "\n\n".join(f"## Heading {number}\n\n{'word ' * 310}" for number in range(4))
    post, short = factories.post(body=body), factories.post()
    text = visitor.get(post.get_absolute_url()).text
    assert '<span class="byline__minutes">5 min read</span>' in text
    for anchor in re.findall(r'<a href="#([\w-]+)" dir="auto">Heading \d</a>', text):
        assert f'<h2 id="{anchor}"' in text
    assert text.count('dir="auto">Heading ') >= 4
    text = visitor.get(short.get_absolute_url()).text
    assert "min read" not in text
    assert 'class="contents"' not in text
    assert "min read" not in visitor.get("/").text
