"""A post that is not published, by its private link."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled, factories.post])
def test_the_private_link_shows_the_post_in_any_status(visitor, make):
    post = make(title="A plan", body="Not *yet*.")
    response = visitor.get(post.get_preview_url())
    assert response.status_code == 200
    shown = response.content.decode()
    assert "A plan</h1>" in shown
    assert "Not <em>yet</em>." in shown


def test_a_preview_is_not_cached_not_indexed_and_sends_no_referrer(visitor):
    response = visitor.get(factories.draft().get_preview_url())
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in response
    shown = response.content.decode()
    assert '<meta name="robots" content="noindex">' in shown
    assert 'rel="canonical"' not in shown


def test_a_preview_shows_each_change_at_once(visitor):
    post = factories.draft(title="One")
    visitor.get(post.get_preview_url())
    post.title = "Two"
    post.save()
    assert "Two</h1>" in visitor.get(post.get_preview_url()).content.decode()


def test_a_wrong_link_is_a_missing_page(visitor):
    post = factories.draft()
    token = post.preview_token
    wrong = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.swapcase(),
        token[:-1],
        token + "x",
        "x",
        "None",
        "a\x00b",
    ]
    missing = visitor.get("/2026/03/20/x/").content  # which has no word to search for
    for address in wrong:
        response = visitor.get(f"/preview/{address}/")
        assert (response.status_code, response.content) == (404, missing)


def test_the_link_is_long_random_and_each_posts_own():
    tokens = {factories.draft(authors=[]).preview_token for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 22


def test_a_preview_is_only_read(visitor):
    address = factories.draft().get_preview_url()
    assert visitor.head(address).status_code == 200
    assert visitor.post(address).status_code == 405


def test_no_public_page_gives_the_link_or_the_draft_away(visitor):
    tea, alice = factories.tag("Tea"), factories.author("Alice", slug="alice")
    hidden = [
        factories.draft(title="Hushhush", slug="hushhush", tags=[tea], authors=[alice]),
        factories.draft(title="Hushhush", slug="hushhush", tags=[tea], authors=[alice], published_at=factories.NOON),
        factories.scheduled(title="Hushhush", slug="hushhush", tags=[tea], authors=[alice]),
    ]
    shown = factories.post(tags=[tea], authors=[alice])
    lists = [
        "/",
        "/2026/",
        "/2026/03/",
        "/2026/03/20/",
        "/archive/",
        "/tags/",
        "/tag/tea/",
        "/authors/",
        "/author/alice/",
    ]
    feeds = [
        f"{base}feed/{kind}" for base in ("/", "/tag/tea/", "/author/alice/", "/comments/") for kind in ("", "json/")
    ]
    for address in [*lists, *feeds, "/sitemap.xml", "/sitemap-posts.xml", shown.get_absolute_url(), "/robots.txt"]:
        answer = visitor.get(address).content.decode()
        assert "hushhush" not in answer.lower(), address
        assert not any(post.preview_token in answer for post in (*hidden, shown)), address
