"""Authors, tags and commenters by their names, above the results of a search; and nobody whom readers do not know."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import SearchMiss
from comments.status import Status
from tests import factories
from tests.blog.search.results_page import found, page

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<li>(\w[\w ]*) <a href="([^"]*)"><bdi>(.*?)</bdi></a></li>')


def named(visitor, words: str, **more) -> list[tuple[str, str]]:
    """(label, name) of each link above the results."""
    return [(label, html.unescape(name)) for label, _url, name in LINK.findall(page(visitor, words, **more))]


@pytest.fixture
def verey(db):
    return factories.author("Ottoline Verey", slug="ottoline-verey")


@pytest.fixture
def shelf(verey):
    """Posts by Ottoline Verey and by Жасур Қодиров, with three tags."""
    jasur = factories.author("Жасур Қодиров", slug="zhasur-qodirov")
    tags = [factories.tag("Tea houses"), factories.tag("Самарканд", slug="samarkand"), factories.tag("Çay", slug="cay")]
    return factories.post("One", body="Nothing here.", authors=[verey, jasur], tags=tags)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Ottoline Verey", ("Author", "Ottoline Verey")),
        ("verey", ("Author", "Ottoline Verey")),
        ("OTTOL", ("Author", "Ottoline Verey")),
        ("ottoline ver*", ("Author", "Ottoline Verey")),
        ("қодиров", ("Author", "Жасур Қодиров")),
        ("qodirov", ("Author", "Жасур Қодиров")),
        ("zhasur qodirov", ("Author", "Жасур Қодиров")),
        ("tea house", ("Tag", "Tea houses")),
        ("house", ("Tag", "Tea houses")),
        ("houses", ("Tag", "Tea houses")),
        ("samarkand", ("Tag", "Самарканд")),
        ("Самарканд", ("Tag", "Самарканд")),
        ("cay", ("Tag", "Çay")),
    ],
)
def test_a_name_is_found_by_its_words_beginnings_forms_and_in_latin_letters(visitor, shelf, words, name):
    assert named(visitor, words) == [name]


@pytest.mark.parametrize(
    "words", ["oline", "verey ottoline", "ea", "o", "nothing", "-verey", "verey OR tea", "year:2026"]
)
def test_other_words_name_nobody(visitor, shelf, words):
    assert named(visitor, words) == []


def test_a_name_leads_to_its_page_and_a_commenter_to_their_comments(visitor, shelf):
    factories.comment(shelf, name="Zebo Karimova", body="Yes.")
    factories.comment(shelf, name="Nodir", body="No, says Zebo.")
    addresses = [
        url for words in ("verey", "house", "zebo") for _label, url, _name in LINK.findall(page(visitor, words))
    ]
    assert addresses[:2] == ["/author/ottoline-verey/", "/tag/tea-houses/"]
    assert found(visitor, "", **{"q": 'author:"zebo karimova"', "in": "comments"}) == ["Zebo Karimova on One"]
    assert html.unescape(addresses[2]) == "/search/?q=author%3A%22zebo+karimova%22&in=comments"


def test_a_commenter_is_named_once_whatever_they_wrote(visitor, shelf):
    for _ in range(3):
        factories.comment(shelf, name="Zebo Karimova", email="zebo@example.org")
    factories.comment(shelf, name="Zebo")
    assert named(visitor, "zebo") == [("Comments by", "Zebo"), ("Comments by", "Zebo Karimova")]
    assert named(visitor, "zebo karimova") == [("Comments by", "Zebo Karimova")]
    assert named(visitor, "zebo@example.org") == []


def test_at_most_three_of_each_kind_are_named(visitor, post):
    factories.post(tags=[factories.tag(f"tea {number}") for number in range(5)])
    for number in range(5):
        factories.comment(post, name=f"Tea {number}")
    assert [label for label, _name in named(visitor, "tea")] == ["Tag"] * 3 + ["Comments by"] * 3


def test_nobody_is_named_whom_only_hidden_texts_know(visitor, verey, post):
    hidden = {"authors": [verey], "tags": [factories.tag("Ottoline")]}
    factories.draft(**hidden)
    factories.scheduled(**hidden)
    unlisted = factories.post(visibility="unlisted", **hidden)
    factories.post(visibility="password", **hidden)
    factories.comment(unlisted, name="Ottoline C")
    for status in (Status.PENDING, Status.SPAM, Status.REMOVED):
        factories.comment(post, name=f"Ottoline {status}", status=status)
    assert named(visitor, "ottoline") == []
    factories.comment(post, name="Ottoline E")
    factories.post(**hidden)
    assert named(visitor, "ottoline") == [
        ("Author", "Ottoline Verey"), ("Tag", "Ottoline"), ("Comments by", "Ottoline E"),
    ]  # fmt: skip


def test_a_hostile_name_is_text(visitor, post):
    factories.comment(post, name='<b onclick="x">Zebo</b>')
    shown = page(visitor, "zebo")
    assert "<b onclick" not in shown
    assert named(visitor, "zebo") == [("Comments by", '<b onclick="x">Zebo</b>')]


def test_names_stand_above_the_first_results_of_the_whole_site_alone(visitor, shelf):
    assert named(visitor, "verey", **{"in": "posts"}) == []


def test_a_search_that_finds_a_name_is_not_counted_as_vain(visitor, shelf):
    page(visitor, "ottoline")
    page(visitor, "zanzibar")
    assert list(SearchMiss.objects.values_list("query", flat=True)) == ["zanzibar"]


def test_names_cost_one_query_where_no_commenter_has_them(visitor, shelf):
    counts = []
    for words in ("verey", "-nobody verey", "verey"):
        with CaptureQueriesContext(connection) as asked:
            page(visitor, words)
        counts.append(len(asked))
    assert counts[2] <= counts[1] + 1
