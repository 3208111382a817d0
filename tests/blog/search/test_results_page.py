"""The results page and its feed: robust against any query, and safe with any result."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from blog.search import engine
from tests import factories
from tests.blog.search.results_page import found, marked, page

pytestmark = pytest.mark.django_db

ODD = [
    "", " ", '"', '""', "'", "\\", "*", "-", "--", "OR", "OR OR", "author:", "tag:", "year:", "year:abc", "year:99999",
    "year:0000", "author:*", 'author:""', "(", ")", "a AND (b", "NEAR(a b)", "a^2", "{a b}: c", "keys:a", "^a", "@a",
    "#a", "=2012", "~post", "+1", "%10:0", "a:*", "a & b | !c", "'a' <-> 'b'", "a; DROP TABLE blog_post", "%", "%s",
    "%(x)s", "{}", "\x00", "a\x00b", "😀", "👨‍👩‍👧", "\u202eabc", "\ufffd", "\ud7ff", "a" * 10_000, "a " * 5_000,
    '"' * 9_999, "a*" * 5_000, "é" * 10_000, "\u0301" * 99, "-a -b -c", "-author:x", "OR -a OR b", "ﷺ", "½", "𝘼",
    "0" * 400,
    'a" OR "1"="1', "a' UNION SELECT 1 --",
]  # fmt: skip


@pytest.mark.parametrize("words", ODD)
def test_odd_input_is_answered_like_any_other(visitor, post, words):
    for place in ("/search/", "/search/feed/", "/search/feed/atom/", "/search/feed/json/"):
        assert visitor.get(place, {"q": words}).status_code == 200
    assert visitor.get("/search/", {"q": words, "in": words, "page": words}).status_code == 200


@pytest.mark.parametrize("query", ["q=%ff%fe", "q=%ed%a0%80", "q", "q=a&q=b", "page=2", "in=posts", "q[]=a", "%00=%00"])
def test_odd_addresses_are_answered_too(visitor, post, query):
    assert visitor.get(f"/search/?{query}").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9e9", "1.5", "9" * 30, " ", "²", "", "\x00"])
def test_a_page_out_of_range_is_the_first_or_the_last(visitor, number):
    for n in range(25):
        factories.post(f"Tea {n}", published_at=factories.NOON + timedelta(days=n))
    last = number.isascii() and number.isdigit() and number != "0" and len(number) < 19
    assert found(visitor, "tea", page=number) == found(visitor, "tea", page="3" if last else "1")


def test_pages_hold_ten_and_lead_to_each_other_without_repeating(visitor):
    for n in range(25):
        factories.post(f"Tea {n}", published_at=factories.NOON + timedelta(days=n))
    pages = [found(visitor, "tea", page=n) for n in (1, 2, 3)]
    assert [len(titles) for titles in pages] == [10, 10, 5]
    assert pages[0] + pages[1] + pages[2] == [f"Tea {n}" for n in range(24, -1, -1)]
    second = page(visitor, "tea", page=2, **{"in": "posts"})
    assert 'href="/search/?q=tea&amp;in=posts" rel="prev"' in second
    assert 'href="/search/?q=tea&amp;in=posts&amp;page=3" rel="next"' in second
    assert '<ol class="hits" start="11">' in second
    assert "25 results, best first" in second


def test_years_are_counted_and_narrow_the_search(visitor):
    for year, count in ((2010, 1), (2012, 2)):
        for n in range(count):
            factories.post(f"Tea {year} {n}", published_at=datetime(year, 1, 1 + n, tzinfo=UTC))
    shown = page(visitor, "tea")
    links = re.findall(r'<li><a href="([^"]*)">(\d{4})</a>\s+<span class="quiet">(\d+)</span></li>', shown)
    assert [(year, count) for _, year, count in links] == [("2012", "2"), ("2010", "1")]
    narrowed = visitor.get(html.unescape(links[0][0])).content.decode()
    assert "2 results, best first" in narrowed
    assert "search-summary__years" not in narrowed


def test_a_quote_left_open_does_not_swallow_the_year(visitor):
    for year in (2010, 2012):
        factories.post(f"Green tea {year}", published_at=datetime(year, 1, 1, tzinfo=UTC))
    link = re.search(r'<li><a href="([^"]*)">2012</a>', page(visitor, '"green tea'))[1]
    assert "1 result." in visitor.get(html.unescape(link)).content.decode()


def test_the_year_of_a_text_is_that_of_the_sites_own_zone(visitor, settings):
    settings.TIME_ZONE = "Asia/Tashkent"
    with factories.timezone.override("Asia/Tashkent"):
        factories.post("Late", published_at=datetime(2011, 12, 31, 22, tzinfo=UTC))
        assert found(visitor, "late year:2012") == ["Late"]


def test_where_more_is_found_than_is_counted_the_years_stand_without_numbers(visitor, monkeypatch):
    monkeypatch.setattr(engine, "MAX_RESULTS", 2)
    monkeypatch.setattr(engine, "FETCH_LIMITS", (2, 8))
    monkeypatch.setattr(engine, "MAX_RANKED", 1)
    for n in range(4):
        factories.post("Tea", published_at=datetime(2020 + n, 1, 1, tzinfo=UTC))
    shown = page(visitor, "tea")
    assert re.search(r'<li><a href="/search/\?q=tea\+year%3A2020">2020</a></li>', shown)
    assert found(visitor, "tea year:2020") == ["Tea"]


def test_hidden_texts_do_not_crowd_out_public_ones(visitor, monkeypatch):
    """A conversation hidden with its post is in the index still."""
    monkeypatch.setattr(engine, "MAX_RESULTS", 2)
    monkeypatch.setattr(engine, "FETCH_LIMITS", (2, 8))
    monkeypatch.setattr(engine, "MAX_RANKED", 1)
    factories.post("Seen", body="Tea.")
    hidden = factories.post("Hidden", body="Tea.")
    for _ in range(3):
        factories.comment(hidden, body="Tea.")
    factories.comment(hidden, body="tea")
    hidden.status = hidden.Status.DRAFT
    hidden.save()
    assert found(visitor, "tea") == ["Seen"]
    assert "1 result." in page(visitor, "tea")


# What people wrote is shown as they wrote it


HOSTILE = '<script>alert(1)</script> "tea" </mark><b onclick=x>&amp; \u202e tea'


def test_hostile_text_is_shown_as_text(visitor):
    post = factories.post(f"Tea {HOSTILE}"[:200].replace("\u202e", ""), body=f"`{HOSTILE}`")
    factories.comment(post, name="<b>Bob</b> tea", body=HOSTILE)
    shown = page(visitor, "tea")
    assert "<script>alert" not in shown
    assert "<b>" not in shown
    assert "<b " not in shown
    assert "&lt;script&gt;" in shown
    assert set(marked(visitor, "tea")) <= {"Tea", "tea"}
    assert marked(visitor, "script")


def test_the_search_is_repeated_as_text(visitor):
    shown = page(visitor, '"><script>alert(1)</script>\x00\u202e')
    assert "<script>alert" not in shown
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in shown


def test_found_words_are_marked_with_accents_and_capitals_as_they_stand(visitor):
    factories.post("Sózi", body="A SOZI and a sózi.")
    assert marked(visitor, "sozi") == ["Sózi", "SOZI", "sózi"]
    assert marked(visitor, '"a sozi"') == ["A SOZI", "a sózi"]


# Nothing found


@pytest.fixture
def vocabulary(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.post("The bridge", body="A bridge over the Amudaryo, of mulberry.")


def offered(client, words: str) -> list[str]:
    shown = page(client, words)
    return re.findall(r"<bdi>([^<]*)</bdi></a>", shown.partition('class="suggestions"')[2].partition("</p>")[0])


def test_similar_words_are_suggested_when_nothing_is_found(visitor, vocabulary):
    assert "No results." in page(visitor, "brigde")
    assert offered(visitor, "brigde") == ["bridge"]
    assert offered(visitor, "amudarya OR mulbery") == ["amudaryo OR mulbery", "amudaryo OR mulberry"]
    assert offered(visitor, "brigde mulbery") == ["bridge mulberry"]
    assert offered(visitor, "brigde -over") == []
    assert offered(visitor, "qqqq") == []
    assert "/search/?q=bridge" in page(visitor, "brigde")


def test_words_found_apart_are_offered_apart(visitor, vocabulary):
    factories.post("Rice", body="Only rice.")
    assert offered(visitor, "rice mulberry") == ["rice OR mulberry"]


def test_words_of_hidden_texts_are_never_offered(visitor, django_capture_on_commit_callbacks, post):
    with django_capture_on_commit_callbacks(execute=True):
        comment = factories.comment(post, body="A xylophone.")
    assert offered(visitor, "xylaphone") == ["xylophone"]
    factories.remove(comment, via="desk")
    assert offered(visitor, "xylaphone") == []
    with django_capture_on_commit_callbacks(execute=True):
        factories.scheduled(body="A harpsichord.")
        factories.draft(body="A clavichord.")
    assert offered(visitor, "harpsychord") == offered(visitor, "clavicord") == []


# Feeds and neighbours


def test_a_search_has_feeds_of_the_newest_it_finds(visitor, post):
    factories.comment(post, body="More tea.")
    newest = factories.post("Late tea", published_at=factories.NOON + timedelta(days=1))
    shown = page(visitor, "tea")
    for kind in ("", "atom/", "json/"):
        assert f'href="/search/feed/{kind}?q=tea"' in shown
    rss = ElementTree.fromstring(visitor.get("/search/feed/?q=tea").content)  # noqa: S314
    titles = [item.findtext("title") for item in rss.iter("item")]
    assert titles == ["Bob on The tea house", "Late tea", "The tea house"]
    feed = json.loads(visitor.get("/search/feed/json/?q=tea+-more&in=posts").content)
    assert [item["id"] for item in feed["items"]] == [f"urn:uuid:{comment.uid}" for comment in (newest, post)]
    assert feed["feed_url"].endswith("/search/feed/json/?q=tea+-more&in=posts")
    assert feed["home_page_url"].endswith("/search/?q=tea+-more&in=posts")


def test_its_feeds_have_no_passage_links_which_belong_to_the_page(visitor, post):
    factories.page(body="Tea and talk.")
    for item in json.loads(visitor.get("/search/feed/json/?q=tea").content)["items"]:
        assert "<p" in item["content_html"]
        assert "id=" not in item["content_html"]


def test_the_old_address_of_searches_leads_to_this_one(visitor, post):
    response = visitor.get("/?s=tea+%26+rice")
    assert (response.status_code, response["Location"]) == (302, "/search/?q=tea+%26+rice")
    assert visitor.get("/?s=").status_code == 200


def test_results_are_not_cached_and_left_alone_by_search_engines(visitor, post):
    for place in ("/search/?q=tea", "/search/feed/?q=tea"):
        assert visitor.get(place)["Cache-Control"] == "private, no-cache"
    assert 'name="robots" content="noindex' in page(visitor, "tea")
    assert 'name="robots"' not in page(visitor, "")
    assert "Disallow: /search/?\n" in visitor.get("/robots.txt").content.decode()


def test_browsers_discover_the_search(visitor):
    assert 'href="/opensearch.xml"' in page(visitor, "")
    response = visitor.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    template = "{http://a9.com/-/spec/opensearch/1.1/}Url"
    urls = [url.get("template") for url in ElementTree.fromstring(response.content).iter(template)]  # noqa: S314
    assert urls[0].endswith("/search/?q={searchTerms}")


def test_the_search_is_one_step_away_from_every_page(visitor, post):
    assert (
        '<a href="/search/" rel="search" dir="auto">Search</a>' in visitor.get(post.get_absolute_url()).content.decode()
    )
    for place in ("/archive/", "/nowhere/", "/search/"):
        assert 'role="search" action="/search/"' in visitor.get(place).content.decode()


def test_without_words_the_page_says_what_can_be_asked(visitor):
    for words in ("", "  ", "?!"):
        assert "author:&quot;Name&quot;" in page(visitor, words).replace('"Name"', "&quot;Name&quot;")
    assert "Please enter a word." in page(visitor, "?!")


def test_only_get_and_head_are_answered(visitor):
    assert visitor.post("/search/").status_code == visitor.post("/opensearch.xml").status_code == 405
    assert visitor.head("/search/?q=tea").status_code == 200


def test_a_name_does_not_reverse_the_direction_of_its_sentence(visitor):
    factories.comment(factories.post("Домла"), name="سهراب کاتب", body="Green tea.")
    text = page(visitor, "tea")
    assert '<h2 class="hit__title"><a' in text
    assert '<h2 class="hit__title" dir="auto"><a' in page(visitor, "домла", **{"in": "posts"})
