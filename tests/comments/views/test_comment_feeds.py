"""Feeds of comments: the site's and each post's, in three kinds."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from blog.feeds.entries import MAX_ENTRIES
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import long_thread

pytestmark = pytest.mark.django_db

KINDS = {"": "application/rss+xml", "atom/": "application/atom+xml", "json/": "application/feed+json"}
ATOM = "{http://www.w3.org/2005/Atom}"


def items(response) -> list[dict]:
    """The entries of a feed of any kind: id, title, url, html, names."""
    if response["Content-Type"].startswith(KINDS["json/"]):
        return [
            {"id": item["id"], "title": item["title"], "url": item["url"], "html": item["content_html"],
             "names": [author["name"] for author in item["authors"]], "date": item["date_published"]}
            for item in json.loads(response.content)["items"]
        ]  # fmt: skip
    root = ElementTree.fromstring(response.content)  # noqa: S314
    if root.tag == "rss":
        encoded, creator = (
            "{http://purl.org/rss/1.0/modules/content/}encoded",
            "{http://purl.org/dc/elements/1.1/}creator",
        )
        return [
            {"id": item.findtext("guid"), "title": item.findtext("title"), "url": item.findtext("link"),
             "html": item.findtext(encoded), "names": [author.text for author in item.findall(creator)],
             "date": item.findtext("pubDate")}
            for item in root.iter("item")
        ]  # fmt: skip
    return [
        {"id": entry.findtext(f"{ATOM}id"), "title": entry.findtext(f"{ATOM}title"),
         "url": entry.find(f"{ATOM}link").get("href"), "html": entry.findtext(f"{ATOM}content"),
         "names": [author.text for author in entry.findall(f"{ATOM}author/{ATOM}name")],
         "date": entry.findtext(f"{ATOM}published")}
        for entry in root.iter(f"{ATOM}entry")
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["site", "post"])
def test_a_feed_holds_each_comment_whole(visitor, post, settings, where, kind):
    comment = factories.comment(post, name="Bob & Çelik", body="One *word* & a [link](/about/).\n\n> quoted")
    start = "/comments/" if where == "site" else post.get_absolute_url()
    response = visitor.get(f"{start}feed/{kind}")
    assert response["Content-Type"].startswith(KINDS[kind])
    (item,) = items(response)
    assert item["title"] == f"Bob & Çelik on {post.title}"
    assert item["url"] == f"{settings.SITE_URL}/comments/{comment.pk}/"
    assert "<em>word</em>" in item["html"]
    assert f'href="{settings.SITE_URL}/about/"' in item["html"]
    assert item["names"] == ["Bob & Çelik"]
    assert item["date"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_stand_first_and_no_more_than_a_feed_holds(visitor, post, kind):
    numbers = long_thread(post, MAX_ENTRIES + 5)
    found = items(visitor.get(f"/comments/feed/{kind}"))
    assert [int(item["url"].split("/")[-2]) for item in found] == numbers[: -MAX_ENTRIES - 1 : -1]


def test_a_comment_has_one_name_in_all_feeds_for_ever(visitor, post):
    comment = factories.comment(post)
    before = {where: items(visitor.get(where))[0]["id"] for where in feeds_of(post)}
    assert len(set(before.values())) == 1
    factories.remove(comment, via=Via.DESK)
    factories.approve(comment, via=Via.DESK)
    post.slug, post.published_at = "renamed", post.published_at + timedelta(days=3)
    post.save()
    assert {items(visitor.get(where))[0]["id"] for where in feeds_of(post)} == set(before.values())


def feeds_of(post) -> list[str]:
    return [f"{start}feed/{kind}" for start in ("/comments/", post.get_absolute_url()) for kind in KINDS]


def test_a_posts_feed_holds_its_own_comments_only(visitor, post):
    factories.comment(factories.post(), name="Elsewhere")
    here = factories.comment(post)
    (item,) = items(visitor.get(f"{post.get_absolute_url()}feed/"))
    assert item["url"].endswith(f"/comments/{here.pk}/")


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_hidden_comments_are_in_no_feed(visitor, post, status):
    factories.comment(post, status=status)
    assert [items(visitor.get(where)) for where in feeds_of(post)] == [[]] * 6


def test_a_removed_comment_leaves_the_feeds_at_once(visitor, post):
    comment = factories.comment(post)
    assert all(len(items(visitor.get(where))) == 1 for where in feeds_of(post))
    factories.remove(comment, via=Via.DESK)
    assert not any(items(visitor.get(where)) for where in feeds_of(post))


def test_a_hidden_post_has_no_feed(visitor):
    post = factories.scheduled()
    factories.comment(post)
    assert [visitor.get(f"{post.get_absolute_url()}feed/{kind}").status_code for kind in KINDS] == [404] * 3
    assert items(visitor.get("/comments/feed/")) == []


def test_a_feed_that_has_not_changed_is_not_sent_again(visitor, post):
    factories.comment(post)
    for where in feeds_of(post):
        etag = visitor.get(where)["ETag"]
        assert visitor.get(where, headers={"If-None-Match": etag}).status_code == 304
    factories.comment(post)
    for where in feeds_of(post):
        assert visitor.get(where, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(("where", "queries"), [("/comments/feed/", 2), ("post", 3)])
def test_a_feed_costs_a_pinned_number_of_queries(visitor, post, where, queries, django_assert_num_queries):
    long_thread(post, 200)
    with django_assert_num_queries(queries):
        visitor.get(f"{post.get_absolute_url()}feed/" if where == "post" else where)


@pytest.mark.parametrize("method", ["post", "delete"])
def test_a_feed_is_only_read(visitor, post, method):
    assert [getattr(visitor, method)(where).status_code for where in feeds_of(post)] == [405] * 6
