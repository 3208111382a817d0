"""An address where nothing is: its words are searched for, at a bounded cost, and it stays a 404."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.busy import pool
from blog.search.lost_address import lost_words
from tests import factories

pytestmark = pytest.mark.django_db
OFFERED = re.compile(r'<li dir="auto"><a href="([^"]*)">(.*?)</a></li>')


def lost(path: str, **more):
    """(titles offered, words in the search field) at an address where nothing is."""
    response = Client().get(path, **more)
    assert response.status_code == 404
    typed = re.search(r'name="q" value="([^"]*)"', response.text)[1]
    return [html.unescape(title) for _url, title in OFFERED.findall(response.text)], html.unescape(typed)


@pytest.fixture
def shelf(db):
    factories.post("A dome three centuries late", published_at=factories.NOON.replace(year=2025))
    factories.post("Domes of brick")
    factories.page("tea-houses", title="Tea houses of Samarkand")
    factories.draft(title="Dome and brick, centuries late")
    factories.post("Dome and centuries", visibility="unlisted")


def test_titles_with_the_words_of_the_address_are_offered_the_best_first(shelf):
    titles, typed = lost("/2012/05/03/dome-three-centuries-brick/")
    assert titles == ["A dome three centuries late", "Domes of brick"]
    assert typed == "dome three centuries brick"
    assert lost("/old/tea-house.html") == (["Tea houses of Samarkand"], "tea house")
    assert lost("/essays/domes/page/2/")[1] == "domes"


def test_one_word_of_many_is_not_enough(shelf):
    assert lost("/dome-cleaning-prices-today/") == ([], "dome cleaning prices today")


def test_it_leads_to_what_it_offers(shelf):
    response = Client().get("/tea-houses-samarkand/")
    ((address, _title),) = OFFERED.findall(response.text)
    assert Client().get(address).status_code == 200


NOTHING_WRITTEN = (
    *("/wp-login.php", "/.env", "/favicon.png", "/2012/13/45/", "/123456/", "/feed/x.xml", "/a:b/", "/x/y/z/"),
    "/dome%20brick/",
    *(f"/{'x' * 25}/", "/" + "-".join("abcdefghi") + "/", "/dome\0brick/", "/%ff%fe/", "/<script>dome</script>/"),
)


@pytest.mark.parametrize("path", NOTHING_WRITTEN)
def test_what_programs_try_is_not_searched_for(shelf, path):
    with CaptureQueriesContext(connection) as asked:
        assert lost(path) == ([], "")
    assert not [query for query in asked.captured_queries if "search" in query["sql"]]


def test_private_addresses_of_other_parts_of_the_site_are_not_repeated(shelf):
    assert lost("/comments/receipt/dome/")[1] == lost("/preview/dome/")[1] == ""


def test_only_a_get_is_searched_for(shelf):
    with CaptureQueriesContext(connection) as asked:
        Client().head("/dome/")
        Client().post("/dome/")
    assert not [query for query in asked.captured_queries if "search" in query["sql"]]


def test_an_address_that_has_moved_is_searched_for_by_nobody(shelf):
    post = factories.post("Dome", slug="dome")
    old = post.get_absolute_url()
    post.slug = "minaret"
    post.save()
    with CaptureQueriesContext(connection) as asked:
        response = Client().get(old)
    assert (response.status_code, response["Location"]) == (301, post.get_absolute_url())
    assert sum('FROM "blog_redirect"' in query["sql"] for query in asked.captured_queries) == 1
    assert not [query for query in asked.captured_queries if "search" in query["sql"]]


def test_while_somebody_searches_nobody_waits_for_the_titles(shelf):
    with pool.place():
        assert lost("/domes-of-brick/") == ([], "domes of brick")
    assert lost("/domes-of-brick/")[0] == ["Domes of brick"]


def test_it_costs_a_bounded_number_of_queries(shelf):
    Client().get("/domes-of-brick/")
    plain, searched = CaptureQueriesContext(connection), CaptureQueriesContext(connection)
    with plain:
        Client().get("/x.php")
    with searched:
        Client().get("/domes-of-brick/")
    assert len(searched) - len(plain) <= 8


def test_the_words_are_those_of_the_last_part_that_has_some():
    assert lost_words("/2012/05/03/Чайхана-в-Бухаре/page/2/") == ["чайхана", "в", "бухаре"]
    assert lost_words("/") == []
