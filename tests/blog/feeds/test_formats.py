"""Feeds in three formats, parsed as a feed reader does."""

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
RSS_TYPE, ATOM_TYPE, JSON_TYPE = "application/rss+xml", "application/atom+xml", "application/feed+json"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def rss(item) -> dict:
    return {
        "id": item.findtext("guid"),
        "title": item.findtext("title"),
        "url": item.findtext("link"),
        "html": item.findtext(CONTENT),
        "summary": item.findtext("description"),
        "published": parsedate_to_datetime(item.findtext("pubDate")),
        "authors": [author.text for author in item.findall(CREATOR)],
        "tags": [category.text for category in item.findall("category")],
    }


def atom(entry) -> dict:
    return {
        "id": entry.findtext(f"{ATOM}id"),
        "title": entry.findtext(f"{ATOM}title"),
        "url": entry.find(f"{ATOM}link").get("href"),
        "html": entry.findtext(f"{ATOM}content"),
        "summary": entry.findtext(f"{ATOM}summary"),
        "published": datetime.fromisoformat(entry.findtext(f"{ATOM}published")),
        "authors": [author.text for author in entry.findall(f"{ATOM}author/{ATOM}name")],
        "tags": [category.get("term") for category in entry.findall(f"{ATOM}category")],
    }


def json_item(item) -> dict:
    return {
        **{name: item[name] for name in ("id", "title", "url", "summary", "tags")},
        "html": item["content_html"],
        "published": datetime.fromisoformat(item["date_published"]),
        "authors": [author["name"] for author in item["authors"]],
    }


def entries(visitor, address: str) -> list[dict]:
    """The entries of the feed at `address`, whatever its kind."""
    response = visitor.get(address)
    assert response.status_code == 200, address
    kind = response["Content-Type"]
    if kind == f"{JSON_TYPE}; charset=utf-8":
        return [json_item(item) for item in json.loads(response.content)["items"]]
    root = ElementTree.fromstring(response.content)  # noqa: S314  our own feed
    if kind == f"{ATOM_TYPE}; charset=utf-8":
        return [atom(entry) for entry in root.findall(f"{ATOM}entry")]
    assert kind == f"{RSS_TYPE}; charset=utf-8"
    return [rss(item) for item in root.findall("channel/item")]


KINDS = ["feed/", "feed/atom/", "feed/json/"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_describes_a_post_in_full(visitor, kind):
    bob, cy = factories.author("Bob"), factories.author("Cy")
    post = factories.post(
        "Tea & <roads>",
        slug="tea",
        body="Tea *first*.",
        summary="In short.",
        authors=[bob, cy],
        tags=[factories.tag("Tea")],
    )
    (entry,) = entries(visitor, f"/{kind}")
    assert entry["title"] == "Tea & <roads>"
    assert entry["url"] == f"{SITE}/2026/03/20/tea/"
    assert "Tea <em>first</em>." in entry["html"]
    assert entry["summary"] == "In short."
    assert entry["published"] == post.published_at
    assert entry["authors"] == ["Bob", "Cy"]
    assert entry["tags"] == ["Tea"]
    assert entry["id"] == f"urn:uuid:{post.uid}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_holds_the_twenty_latest_published_posts(visitor, kind):
    for number in range(22):
        factories.post(str(number), published_at=factories.NOON + timedelta(minutes=number), authors=[])
    factories.draft()
    factories.scheduled()
    assert [entry["title"] for entry in entries(visitor, f"/{kind}")] == [str(n) for n in range(21, 1, -1)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_and_an_author_have_feeds_of_their_own(visitor, kind):
    tea, bob = factories.tag("Tea"), factories.author("Bob", slug="bob")
    factories.post("other")
    factories.post("tagged", tags=[tea])
    factories.post("written", authors=[bob])
    assert [entry["title"] for entry in entries(visitor, f"/tag/tea/{kind}")] == ["tagged"]
    assert [entry["title"] for entry in entries(visitor, f"/author/bob/{kind}")] == ["written"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_id_of_an_entry_outlives_renaming_moving_and_publishing_again(visitor, kind):
    post = factories.post("Tea", slug="tea")
    (before,) = entries(visitor, f"/{kind}")
    post.title, post.slug = "Rice", "rice"
    post.save()
    post.status, post.published_at = Post.Status.DRAFT, None
    post.save()
    assert entries(visitor, f"/{kind}") == []
    post.status, post.published_at = Post.Status.PUBLISHED, factories.NOON + timedelta(days=3)
    post.save()
    (after,) = entries(visitor, f"/{kind}")
    assert after["id"] == before["id"]
    assert after["url"] == f"{SITE}/2026/03/23/rice/"


@pytest.mark.parametrize("kind", KINDS)
def test_every_address_in_a_feed_is_whole(visitor, kind):
    body = "[a](/about/) ![i](/media/i.png) [out](https://example.org/x) [p](#part) note[^1]\n\n[^1]: Foot."
    post = factories.post(body=body)
    (entry,) = entries(visitor, f"/{kind}")
    addresses = re.findall(r' (?:href|src)="([^"]*)"', entry["html"])
    assert len(addresses) == 6
    assert all(address.startswith(("http://", "https://")) for address in addresses), addresses
    assert f"{SITE}/about/" in addresses
    assert f"{SITE}{post.get_absolute_url()}#part" in addresses
    assert "https://example.org/x" in addresses


@pytest.mark.parametrize("kind", ["feed/", "feed/atom/"])
def test_a_summary_that_reads_like_markup_is_escaped_where_readers_take_it_for_html(visitor, kind):
    post = factories.post(summary="1 < 2 & <script>alert(1)</script>")
    factories.comment(post, body="I wrote `<img src=x onerror=alert(1)>`")
    for base in ("/", "/comments/", post.get_absolute_url()):
        for entry in entries(visitor, base + kind):
            assert "<" not in entry["summary"]
            assert "&lt;" in entry["summary"]


def test_a_summary_in_a_json_feed_is_plain_text(visitor):
    factories.post(summary="1 < 2 & more")
    assert entries(visitor, "/feed/json/")[0]["summary"] == "1 < 2 & more"


@pytest.mark.parametrize("kind", KINDS)
def test_control_characters_from_an_old_archive_spoil_no_feed(visitor, kind):
    alice, tag = factories.author("Al\x08ice", slug="alice"), factories.tag("t\x0bea", slug="tea")
    Post.objects.filter(pk=factories.post(authors=[alice], tags=[tag]).pk).update(
        title="Bell\x07 and escape\x1b", body_html="<p>a\x0cb\uffff</p>", opening="o\x1fp"
    )
    (entry,) = entries(visitor, f"/{kind}")
    assert entry["title"] == "Bell and escape"
    assert "<p>ab</p>" in entry["html"]
    assert (entry["authors"], entry["tags"], entry["summary"]) == (["Alice"], ["tea"], "op")
    assert len(entries(visitor, f"/tag/tea/{kind}")) == 1


def test_a_feed_names_itself_its_page_and_its_language(visitor):
    factories.tag("Tea")
    channel = ElementTree.fromstring(visitor.get("/tag/tea/feed/").content).find("channel")  # noqa: S314
    assert channel.findtext("title") == "Tea · Registan"
    assert channel.findtext("link") == f"{SITE}/tag/tea/"
    assert channel.find(f"{ATOM}link").attrib == {"rel": "self", "href": f"{SITE}/tag/tea/feed/"}
    assert channel.findtext("language") == "en"
    feed = ElementTree.fromstring(visitor.get("/tag/tea/feed/atom/").content)  # noqa: S314
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "alternate": f"{SITE}/tag/tea/",
        "self": f"{SITE}/tag/tea/feed/atom/",
    }
    feed = json.loads(visitor.get("/tag/tea/feed/json/").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{SITE}/tag/tea/", f"{SITE}/tag/tea/feed/json/")


def test_an_atom_entry_is_updated_when_its_text_is(visitor):
    post = factories.post()
    Post.objects.filter(pk=post.pk).update(updated_at=post.published_at)

    def updated() -> datetime:
        feed = ElementTree.fromstring(visitor.get("/feed/atom/").content)  # noqa: S314
        return datetime.fromisoformat(feed.findtext(f"{ATOM}entry/{ATOM}updated"))

    assert updated() == post.published_at
    fresh = Post.objects.get(pk=post.pk)
    fresh.body = "New words."
    fresh.save()
    assert timezone.now() - updated() < timedelta(minutes=1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_feeds_of_comments_hold_approved_ones_of_public_posts(visitor, kind):
    post, other, hidden = factories.post("Tea"), factories.post("Rice"), factories.draft(published_at=factories.NOON)
    first = factories.comment(post, name="Bob", body="Green *tea*.")
    second = factories.comment(other, name="Cy")
    for status in ("pending", "spam", "removed"):
        factories.comment(post, status=status)
    factories.comment(hidden)
    both = entries(visitor, f"/comments/{kind}")
    assert [entry["url"] for entry in both] == [f"{SITE}/comments/{pk}/" for pk in (second.pk, first.pk)]
    (entry,) = entries(visitor, f"{post.get_absolute_url()}{kind}")
    assert (entry["title"], entry["authors"]) == ("Bob on Tea", ["Bob"])
    assert "Green <em>tea</em>." in entry["html"]
    assert "bob@example.net" not in visitor.get(f"/comments/{kind}").content.decode()


@pytest.mark.parametrize("address", ["/feed/xml/", "/feed/atom/x/", "/feed/page/2/"])
def test_other_kinds_of_feeds_are_missing(visitor, address):
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/tag/tea/", "/author/alice/", "/2026/03/20/tea/", "/subscribe/"])
def test_pages_point_to_their_feeds_and_these_answer(visitor, address):
    factories.post(slug="tea", tags=[factories.tag("Tea")], authors=[factories.author("Alice", slug="alice")])
    links = re.findall(r'rel="alternate"[^>]* href="([^"]*)"', visitor.get(address).content.decode())
    assert len(links) >= 3
    assert {visitor.get(link).status_code for link in links} == {200}


# Comments


def test_an_entry_leads_to_its_comments_and_their_feed(visitor, post):
    url = f"{SITE}{post.get_absolute_url()}"
    (item,) = ElementTree.fromstring(visitor.get("/feed/").content).iter("item")  # noqa: S314
    assert item.findtext("comments") == f"{url}#comments"
    assert item.findtext("{http://wellformedweb.org/CommentAPI/}commentRss") == f"{url}feed/"
    links = ElementTree.fromstring(visitor.get("/feed/atom/").content).iter(f"{ATOM}link")  # noqa: S314
    replies = {link.get("type"): link.get("href") for link in links if link.get("rel") == "replies"}
    assert replies == {"text/html": f"{url}#comments", "application/atom+xml": f"{url}feed/atom/"}
    for address in (f"{url}feed/", f"{url}feed/atom/"):
        assert visitor.get(address.removeprefix(SITE)).status_code == 200


def test_a_feed_of_comments_names_no_comments_on_its_entries(visitor, post):
    factories.comment(post)
    assert "<comments>" not in visitor.get("/comments/feed/").text


def test_signs_of_html_in_titles_of_rss_are_numbers(visitor):
    factories.post("Salt & <pepper>", body="a &amp; b < c")
    text = visitor.get("/feed/").text
    assert "<title>Salt &#x26; &#x3C;pepper&gt;</title>" in text
    assert entries(visitor, "/feed/")[0]["title"] == "Salt & <pepper>"
