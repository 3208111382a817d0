"""Home, archives, tags and authors: what is listed, in which order, on which page, at what cost."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import caches

from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db

UTC = ZoneInfo("UTC")
TITLE = re.compile(r'class="(?:entry__title" dir="auto"><a|index__title" dir="auto") href="[^"]*">([^<]*)</a>')


def titles(response) -> list[str]:
    assert response.status_code == 200, response.status_code
    return TITLE.findall(response.content.decode())


@pytest.fixture
def months():
    """A post a day for 25 days, from 20 March to 13 April 2026, all by Alice about tea, titled 1 to 25."""
    alice, tea = factories.author("Alice", slug="alice"), factories.tag("Tea")
    for number in range(1, 26):
        day = factories.NOON + timedelta(days=number - 1)
        factories.post(str(number), slug=f"n-{number}", published_at=day, authors=[alice], tags=[tea])


@pytest.fixture
def posts():
    """Three posts by Alice about tea, on three days from 20 March 2026."""
    alice, tea = factories.author("Alice", slug="alice"), factories.tag("Tea")
    for days in range(3):
        factories.post(str(days), published_at=factories.NOON + timedelta(days=days), authors=[alice], tags=[tea])


LISTS = ["/", "/tag/tea/", "/author/alice/", "/2026/"]
EVERY_LIST = [*LISTS, "/2026/03/", "/2026/03/20/", "/archive/", "/tags/", "/authors/"]


def test_a_list_shows_ten_posts_a_page_newest_first(visitor, months):
    for base in LISTS:
        assert titles(visitor.get(base)) == [str(n) for n in range(25, 15, -1)]
        assert titles(visitor.get(f"{base}page/2/")) == [str(n) for n in range(15, 5, -1)]
        assert titles(visitor.get(f"{base}page/3/")) == [str(n) for n in range(5, 0, -1)]


@pytest.mark.parametrize("number", ["0", "00", "4", "999999", "9" * 7, "9" * 40, "-1", "1.5", "two", "+2", "2e1", " "])
def test_an_unknown_page_is_missing(visitor, posts, number):
    for base in EVERY_LIST:
        assert visitor.get(f"{base}page/{number}/").status_code == 404


def test_page_one_has_one_address(visitor, posts):
    for base in EVERY_LIST:
        for name in ("page/1/", "page/01/", "page/000001/"):
            response = visitor.get(base + name)
            assert (response.status_code, response["Location"]) == (301, base)


def test_a_page_number_is_written_in_one_way(visitor, months):
    response = visitor.get("/page/02/")
    assert (response.status_code, response["Location"]) == (301, "/page/2/")


def test_pages_lead_to_each_other(visitor, months):
    shown = visitor.get("/tag/tea/page/2/").content.decode()
    assert '<link rel="canonical" href="http://127.0.0.1:8000/tag/tea/page/2/">' in shown
    assert 'href="/tag/tea/" rel="prev"' in shown
    assert 'href="/tag/tea/page/3/" rel="next"' in shown
    assert '<a href="/tag/tea/page/2/" aria-current="page">2</a>' in shown


def test_a_post_of_the_same_second_is_above_those_written_before_it(visitor):
    for title in "abc":
        factories.post(title)
    assert titles(visitor.get("/")) == ["c", "b", "a"]


def test_an_archive_holds_the_posts_of_its_year_month_or_day(visitor, months):
    assert len(titles(visitor.get("/2026/03/page/2/"))) == 2
    assert titles(visitor.get("/2026/03/31/")) == ["12"]
    assert len(titles(visitor.get("/2026/04/"))) == 10
    assert len(titles(visitor.get("/2026/04/page/2/"))) == 3


def test_an_archive_covers_the_last_day_of_february_and_of_december(visitor):
    for day in (datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, tzinfo=UTC)):
        factories.post(f"{day:%d.%m}", published_at=day)
    assert titles(visitor.get("/2024/02/")) == ["29.02"]
    assert titles(visitor.get("/2024/12/")) == titles(visitor.get("/2024/12/31/")) == ["31.12"]
    assert titles(visitor.get("/2024/")) == ["31.12", "29.02"]


@pytest.mark.parametrize(
    "address", ["/2025/", "/2026/05/", "/2026/03/19/", "/2026/13/", "/2026/02/30/", "/0000/", "/9999/12/31/", "/202/"]
)
def test_a_time_without_posts_is_missing(visitor, posts, address):
    assert visitor.get(address).status_code == 404


def test_only_published_posts_are_listed(visitor):
    alice, tea = factories.author("Alice", slug="alice"), factories.tag("Tea")
    seen = factories.post("seen", authors=[alice], tags=[tea])
    factories.draft(title="draft", authors=[alice], tags=[tea])
    factories.draft(title="dated draft", authors=[alice], tags=[tea], published_at=factories.NOON)
    factories.scheduled(title="scheduled", authors=[alice], tags=[tea])
    for address in (*LISTS, "/2026/03/", "/2026/03/20/", "/archive/"):
        assert titles(visitor.get(address)) == [seen.title], address


def test_the_archive_lists_every_title_under_its_month_and_counts_years(visitor):
    for year, count in ((2024, 1), (2025, 2)):
        for number in range(count):
            factories.post(f"{year} {number}", published_at=datetime(year, 5, 1 + number, tzinfo=UTC))
    response = visitor.get("/archive/")
    assert titles(response) == ["2025 1", "2025 0", "2024 0"]
    shown = response.content.decode()
    assert re.findall(r'<h2 class="month__name">(.*)</h2>', shown) == ["May 2025", "May 2024"]
    assert '<time class="index__figure" datetime="2025-05-02">2</time>' in shown
    assert '<a href="/2025/">2025</a> <span class="quiet">2</span>' in shown
    assert '<a href="/2024/">2024</a> <span class="quiet">1</span>' in shown


def test_the_archive_shows_a_hundred_titles_a_page(visitor):
    for number in range(101):
        factories.post(str(number), authors=[], published_at=factories.NOON + timedelta(minutes=number))
    assert len(titles(visitor.get("/archive/"))) == 100
    assert titles(visitor.get("/archive/page/2/")) == ["0"]
    assert visitor.get("/archive/page/3/").status_code == 404


def test_tags_are_listed_by_name_with_their_numbers_and_empty_ones_left_out(visitor):
    tea, roads = factories.tag("Tea"), factories.tag("Roads")
    factories.tag("Empty")
    factories.post(tags=[tea, roads])
    factories.post(tags=[tea])
    shown = visitor.get("/tags/").content.decode()
    assert re.findall(r'href="/tag/([^/]*)/"', shown) == ["roads", "tea"]
    assert re.findall(r'glossary__count">([^<]*)<', shown) == ["1 post", "2 posts"]


def test_authors_are_listed_with_their_numbers_even_before_their_first_post(visitor):
    factories.post(authors=[factories.author("Bob", slug="bob")])
    factories.author("Alice", slug="alice")
    shown = visitor.get("/authors/").content.decode()
    assert re.findall(r'href="/author/([^/]*)/"', shown) == ["alice", "bob"]
    assert re.findall(r'glossary__count">([^<]*)<', shown) == ["0 posts", "1 post"]


def test_a_hundred_names_stand_on_a_page_of_tags_and_authors(visitor):
    post = factories.post(authors=[factories.author() for _ in range(101)], tags=[factories.tag() for _ in range(101)])
    assert (post.tags.count(), post.authors.count()) == (101, 101)
    for base in ("/tags/", "/authors/"):
        assert visitor.get(base).content.decode().count("glossary__name") == 100
        assert visitor.get(f"{base}page/2/").content.decode().count("glossary__name") == 1


def test_a_list_shows_summary_or_opening_number_of_comments_and_tags(visitor):
    post = factories.post("One", summary="In short.", body="At length.", tags=[factories.tag("Tea")])
    factories.post("Two", body="The *opening* words.")
    factories.comment(post)
    shown = visitor.get("/").content.decode()
    assert "In short." in shown
    assert "At length." not in shown
    assert "The opening words." in shown
    assert f'href="{post.get_absolute_url()}#comments">1 comment</a>' in shown
    assert 'href="/tag/tea/" rel="tag"' in shown


@pytest.mark.parametrize("address", ["/", "/archive/", "/tags/", "/authors/", "/feed/", "/feed/atom/", "/feed/json/"])
def test_an_empty_site_has_its_lists(visitor, db, address):
    assert visitor.get(address).status_code == 200


def test_a_tag_and_an_author_without_posts_have_a_page(visitor):
    factories.tag("Tea", description="Green, mostly.")
    factories.author("Alice", slug="alice", bio="Walks.")
    assert "Green, mostly." in visitor.get("/tag/tea/").content.decode()
    assert "Walks." in visitor.get("/author/alice/").content.decode()


@pytest.mark.parametrize(
    "address", ["/tag/none/", "/author/none/", "/tag/Tea/", "/tag/none/feed/", "/author/none/feed/"]
)
def test_a_tag_or_author_that_is_not_there_is_missing(visitor, posts, address):
    assert visitor.get(address).status_code == 404


QUERIES = {
    "/": 9,  # clock, number, pinned posts, ids, numbers of comments, posts, authors, tags, standing pages
    "/page/2/": 8,
    "/2026/": 8,
    "/2026/03/": 8,
    "/2026/03/20/": 8,
    "/tag/tea/": 9,  # the tag in place of the number, and those beside it
    "/author/alice/": 8,
    "/archive/": 4,  # clock, years, titles, standing pages
    "/tags/": 4,
    "/authors/": 4,
    "/subscribe/": 4,  # clock, authors and tags of the form, standing pages
    "/feed/": 5,  # clock, ids, posts, authors, tags
    "/feed/atom/": 5,
    "/feed/json/": 5,
    "/tag/tea/feed/": 6,
    "/author/alice/feed/": 6,
}


def test_a_list_costs_a_fixed_number_of_queries_however_much_is_on_it(visitor, months, django_assert_num_queries):
    for address, number in QUERIES.items():
        caches["pages"].clear()
        caches["fragments"].clear()
        with django_assert_num_queries(number, info=address):
            assert visitor.get(address).status_code == 200


@pytest.mark.parametrize(("address", "number"), [("/", 2), ("/page/2/", 2), ("/tag/tea/", 3), ("/author/alice/", 3)])
def test_a_list_whose_entries_are_rendered_costs_only_the_numbers_of_comments(
    visitor, months, address, number, django_assert_num_queries
):
    visitor.get(address)
    caches["pages"].clear()
    with django_assert_num_queries(number, info=address):
        assert 'class="entry__title"' in visitor.get(address).content.decode()


@pytest.mark.parametrize("format", ["", "atom/", "json/"])
def test_an_entry_is_rendered_once_for_all_feeds_of_a_format(visitor, months, format, django_assert_num_queries):
    visitor.get(f"/feed/{format}")
    Post.objects.update(title="x")  # behind the clock's back
    with django_assert_num_queries(3):  # clock, the tag, ids
        assert "<title>x<" not in (feed := visitor.get(f"/tag/tea/feed/{format}").content.decode())
    assert feed.count("/2026/") > 3


def test_a_list_counts_comments_that_came_since_it_was_kept(client, months):
    post = Post.objects.published().latest_first()[0]
    assert "1 comment" not in client.get("/").content.decode()
    factories.comment(post)
    assert "1 comment" in client.get("/").content.decode()


def test_a_list_is_only_read(visitor, posts):
    for address in (*EVERY_LIST, "/feed/", "/subscribe/"):
        for method in ("post", "put", "delete", "patch", "options"):
            response = getattr(visitor, method)(address)
            assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("address", "is_kept_out"),
    [("/", False), ("/page/2/", True), ("/2026/", False), ("/2026/03/20/", True), ("/tag/tea/", False)],
)
def test_lists_that_repeat_others_are_kept_out_of_search_engines_but_followed(visitor, months, address, is_kept_out):
    html = visitor.get(address).content.decode()
    assert ('<meta name="robots" content="noindex, follow">' in html) is is_kept_out
