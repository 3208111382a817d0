"""What search engines may find."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from blog.models import Series
from blog.views import sitemaps
from tests import factories

pytestmark = pytest.mark.django_db

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "http://127.0.0.1:8000"


def locations(visitor, address: str) -> list[str]:
    response = visitor.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    return [element.text for element in ElementTree.fromstring(response.content).iter(f"{NS}loc")]  # noqa: S314  our own


def test_the_index_leads_to_a_list_of_each_kind_that_there_is(visitor):
    assert locations(visitor, "/sitemap.xml") == []
    series = Series.objects.create(name="Journeys", slug="journeys")
    epigraph = {"epigraph": "Who rests, rusts.", "epigraph_source": "Navoiy, Xamsa"}
    factories.post(tags=[factories.tag("Tea")], series=series, part=1, **epigraph)
    factories.page()
    found = locations(visitor, "/sitemap.xml")
    assert [address.rpartition("/")[2] for address in found] == [
        "sitemap-posts.xml",
        "sitemap-pages.xml",
        "sitemap-tags.xml",
        "sitemap-authors.xml",
        "sitemap-series.xml",
        "sitemap-sources.xml",
    ]
    for address in found:
        assert visitor.get(address).status_code == 200


def test_the_lists_hold_what_every_reader_may_see(visitor):
    tea, alice = factories.tag("Tea"), factories.author("Alice", slug="alice")
    factories.tag("Empty")
    factories.author("Nobody")
    factories.page("about")
    factories.post(slug="tea", tags=[tea], authors=[alice], epigraph="x", epigraph_source="Pole")
    factories.draft(tags=[tea], epigraph="x", epigraph_source="Bob")
    factories.scheduled(tags=[tea])
    assert locations(visitor, "/sitemap-posts.xml") == [f"{SITE}/2026/03/20/tea/"]
    assert locations(visitor, "/sitemap-pages.xml") == [f"{SITE}/about/"]
    assert locations(visitor, "/sitemap-tags.xml") == [f"{SITE}/tag/tea/"]
    assert locations(visitor, "/sitemap-authors.xml") == [f"{SITE}/author/alice/"]
    assert locations(visitor, "/sitemap-sources.xml") == [f"{SITE}/sources/pole/"]


def test_posts_are_listed_by_thousands(visitor, monkeypatch):
    monkeypatch.setattr(sitemaps.SiteUrlSitemap, "limit", 2)
    for number in range(3):
        factories.post(slug=f"n{number}", published_at=factories.NOON + timedelta(hours=number), authors=[])
    assert any(address.endswith("/sitemap-posts.xml?p=2") for address in locations(visitor, "/sitemap.xml"))
    assert locations(visitor, "/sitemap-posts.xml") == [f"{SITE}/2026/03/20/n2/", f"{SITE}/2026/03/20/n1/"]
    assert locations(visitor, "/sitemap-posts.xml?p=2") == [f"{SITE}/2026/03/20/n0/"]


@pytest.mark.parametrize(
    "address", ["/sitemap-x.xml", "/sitemap-posts.xml?p=9", "/sitemap-posts.xml?p=x", "/sitemap-.xml"]
)
def test_an_unknown_list_is_missing(visitor, address):
    assert visitor.get(address).status_code == 404


def test_a_list_costs_few_queries_however_long_it_is_and_then_one(visitor, django_assert_num_queries):
    for _ in range(5):
        factories.post(tags=[factories.tag()])
    for section, first in (("posts", 4), ("tags", 3), ("authors", 3)):
        for number in (first, 1):  # the clock, how many (of posts, less those left out), and which; then the clock
            with django_assert_num_queries(number):
                visitor.get(f"/sitemap-{section}.xml")
