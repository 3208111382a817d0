"""A page's metadata for other sites and search engines."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from comments.threads import layout
from tests import factories
from tests.comments.comment_pages import Elements, dangers, long_thread

pytestmark = pytest.mark.django_db


def page(visitor, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def told(html: str) -> dict[str, list[str]]:
    """The page's meta elements by property or name."""
    found: dict[str, list[str]] = {}
    for tag, attributes in Elements(html).found:
        if tag == "meta" and (name := attributes.get("property") or attributes.get("name")):
            found.setdefault(name, []).append(attributes["content"])
    return found


def canonical(html: str) -> list[str]:
    return re.findall(r'<link rel="canonical" href="([^"]*)">', html)


def data(html: str) -> dict:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(text)


def test_a_post_is_described_as_an_article(visitor):
    alice, bob = factories.author("Alice", slug="alice"), factories.author("Bob", slug="bob")
    post = factories.post(
        "Tea & talk", slug="tea", authors=[alice, bob], tags=[factories.tag("Tea")], summary="Of tea."
    )
    meta = told(page(visitor, post.get_absolute_url()))
    assert meta["og:type"] == ["article"]
    assert meta["og:title"] == ["Tea & talk"]
    assert meta["og:description"] == meta["description"] == ["Of tea."]
    assert meta["og:url"] == ["http://127.0.0.1:8000/2026/03/20/tea/"]
    assert meta["og:site_name"] == ["Registan"]
    assert meta["og:locale"] == ["en_GB"]
    assert meta["og:image"][0].startswith("http://127.0.0.1:8000/2026/03/20/tea/share-")
    assert (meta["og:image:width"], meta["og:image:height"]) == (["1200"], ["630"])
    assert meta["og:image:alt"] == ["Tea & talk · Registan"]
    assert meta["twitter:card"] == ["summary_large_image"]
    assert meta["article:published_time"] == ["2026-03-20T12:00:00+00:00"]
    assert "article:modified_time" not in meta
    assert meta["article:author"] == ["http://127.0.0.1:8000/author/alice/", "http://127.0.0.1:8000/author/bob/"]
    assert meta["article:tag"] == ["Tea"]


def test_a_post_changed_later_says_when(visitor, post):
    post.body = "Tea last."
    post.save()
    html = page(visitor, post.get_absolute_url())
    assert told(html)["article:modified_time"] == [post.updated_at.isoformat()]
    assert data(html)["dateModified"] == post.updated_at.isoformat()


def test_lists_pages_tags_and_authors_are_described_as_parts_of_the_site(visitor):
    alice = factories.author("Alice", slug="alice", bio="Walks *far*.")
    factories.post(authors=[alice], tags=[factories.tag("Tea", description="All about tea.")])
    factories.page("about")
    expected = {
        "/": ("Registan", "A group blog, and the conversation under it"),
        "/2026/": ("2026", None),
        "/2026/03/20/": ("20 March 2026", None),
        "/tag/tea/": ("Tea", "All about tea."),
        "/author/alice/": ("Alice", "Walks far."),
        "/archive/": ("Archive", None),
        "/tags/": ("Tags", None),
        "/authors/": ("Authors", None),
        "/about/": ("About", "Who we are."),
        "/subscribe/": ("Subscribe", None),
        "/moderation/": ("How we moderate", None),
    }
    for address, (title, words) in expected.items():
        html = page(visitor, address)
        meta = told(html)
        assert (meta["og:type"], meta["og:title"]) == (["website"], [title]), address
        assert meta["og:url"] == canonical(html) == [f"http://127.0.0.1:8000{address}"]
        assert meta.get("og:description", [None]) == [words], address
        assert meta["og:image:alt"] == ["Registan"]


def test_each_page_of_a_list_is_canonical_to_itself(visitor):
    for number in range(11):
        factories.post(published_at=factories.NOON + timedelta(hours=number))
    assert canonical(page(visitor, "/page/2/")) == ["http://127.0.0.1:8000/page/2/"]
    assert canonical(page(visitor, "/?utm_source=x")) == ["http://127.0.0.1:8000/"]


def test_a_post_has_one_address_and_further_comments_one_of_their_own(visitor, post):
    long_thread(post, layout.COMMENTS_PER_PAGE + 1)
    here = f"http://127.0.0.1:8000{post.get_absolute_url()}"
    for address in ("", "?reply=1", "?utm_source=x"):
        assert canonical(page(visitor, post.get_absolute_url() + address)) == [here]
    html = page(visitor, f"{post.get_absolute_url()}comment-page-2/")
    assert canonical(html) == [f"{here}comment-page-2/"]
    assert told(html)["og:url"] == [here]
    assert "<title>The tea house · comments, page 2 · Registan</title>" in html


def test_private_pages_say_nothing(visitor):
    draft = factories.draft()
    for address in (reverse("blog:preview", args=[draft.preview_token]), "/nowhere/", reverse("account_login")):
        html = visitor.get(address).content.decode()
        assert canonical(html) == [], address
        assert "og:" not in html
        assert "ld+json" not in html


def test_a_post_and_its_conversation_are_described_in_json_ld(visitor):
    alice = factories.author("Alice", slug="alice")
    post = factories.post(slug="tea", authors=[alice], tags=[factories.tag("Tea")])
    first = factories.comment(post, name="Bob", body="A *word*.")
    reply = factories.comment(post, parent=first, name="Мария")
    factories.comment(post, status="pending", name="Nobody", body="Hidden.")
    gone = factories.comment(post, name="Gone")
    factories.comment(post, parent=gone, name="Left")
    factories.remove(gone, via="desk")
    found = data(page(visitor, "/2026/03/20/tea/"))
    url = "http://127.0.0.1:8000/2026/03/20/tea/"
    assert found["@type"] == "BlogPosting"
    assert found["@id"] == found["url"] == url
    assert found["headline"] == "The tea house"
    assert found["description"] == "Tea first, then talk."
    assert found["datePublished"] == "2026-03-20T12:00:00+00:00"
    assert found["author"] == [{"@type": "Person", "name": "Alice", "url": "http://127.0.0.1:8000/author/alice/"}]
    assert found["publisher"] == {"@type": "Organization", "name": "Registan", "url": "http://127.0.0.1:8000/"}
    assert found["image"]["url"].startswith(f"{url}share-")
    assert found["keywords"] == ["Tea"]
    assert found["commentCount"] == 3
    assert [comment["author"]["name"] for comment in found["comment"]] == ["Bob", "Мария", "Left"]
    bob, maria, left = found["comment"]
    assert bob["url"] == f"http://127.0.0.1:8000/comments/{first.pk}/"
    assert bob["text"] == "A word."
    assert bob["dateCreated"] == first.created_at.isoformat()
    assert "parentItem" not in bob
    assert maria["parentItem"] == {"@id": bob["@id"]}
    assert maria["@id"].endswith(f"/{reply.pk}/")
    assert "parentItem" not in left


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "\\u003c/script>",
    '"},"x":{"',
    "\u2028\u2029",
    "&lt;/script&gt;",
    "</SCRIPT >",
    "{{ settings.SECRET_KEY }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_ends_the_script_or_leaves_its_string(visitor, text):
    alice = factories.author(text.replace("\u2028\u2029", "x"), slug="al")
    tag = factories.tag(text.replace("\u2028\u2029", "y"), slug="t")
    post = factories.post(f"A {text}", authors=[alice], tags=[tag], summary=text, body=text)
    comment = factories.comment(post, name=f"B {text}".replace("\u2028\u2029", "z"), body=f"`{text}` word")
    html = page(visitor, post.get_absolute_url())
    assert dangers(html) == []
    found = data(html)
    assert found["headline"] == f"A {text}"
    assert found["comment"][0]["author"]["name"] == comment.name
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert not re.search("[<>&\u2028\u2029]", script)


def test_the_oracle_sees_a_script_that_text_has_ended(visitor):
    broken = '<script type="application/ld+json">{"a":"</script><script>alert(1)</script>"}</script>'
    assert dangers(broken) == ["script"]


def test_a_long_conversation_contains_each_text_once(visitor, post):
    long_thread(post, 100)
    html = page(visitor, post.get_absolute_url())
    found = data(html)
    assert len(found["comment"]) == 100
    assert sum("text" in comment for comment in found["comment"]) == 10
    assert len(json.dumps(found)) < len(html) / 3


def test_a_page_of_a_hundred_comments_stays_light(visitor):
    chance = Random(7)  # noqa: S311
    words = ["".join(chance.choices("aeioulnrstk", k=chance.randint(2, 9))) for _ in range(3_000)]
    post = factories.post(body="\n\n".join(" ".join(chance.choices(words, k=60)) for _ in range(8)))
    for number in range(100):
        factories.comment(post, name=f"{words[number]} {words[-number]}", body=" ".join(chance.choices(words, k=15)))
    html = page(visitor, post.get_absolute_url())
    rest = [Path(finders.find(name)).read_bytes() for name in ("css/site.css", "js/reader.js", "img/star.svg")]
    sent = [len(gzip.compress(text, 6)) for text in (html.encode(), *rest)]
    bare = re.sub(r'<script type="application/ld\+json">.*?</script>', "", html)
    assert len(re.findall('<article class="comment', html)) == 100
    assert sum(sent) < 40_000
    assert sent[0] - len(gzip.compress(bare.encode(), 6)) < 5_000
