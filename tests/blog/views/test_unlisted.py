"""Posts that only whoever has the link finds: a crawl of every public address, and what is left out."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

from blog.models import Author, Post, Series, Source, Tag
from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = ("Zumrad", "qimmat", "Kumush")  # of the post's title, of its text, of its comments
LINK = re.compile(
    r"""(?:href|src|content|action)="([^"]+)"|<(?:loc|link|guid)[^>]*>([^<]+)<|"(?:url|id)": "([^"]+)\""""
)
OUR_HOSTS = ("", "127.0.0.1:8000", "testserver")
# What no page links to, and what asks the reader for words.
MORE_STARTS = ("/robots.txt", "/search/?q=Zumrad", "/search/?q=qimmat", "/search/?q=Kumush", "/search/feed/?q=Kumush")


@pytest.fixture
def hidden(db) -> Post:
    """An unlisted post with a comment, beside listed ones with the same author, tag, source, series and day."""
    series = Series.objects.create(name="Journeys", slug="journeys")
    shared = {
        "authors": [factories.author("Alice", slug="alice")],
        "tags": [factories.tag("Tea")],
        "epigraph": "Who rests, rusts.",
        "epigraph_source": "Navoiy, Xamsa",
        "series": series,
    }
    for part in (1, 3):
        factories.comment(factories.post(f"Part {part}", slug=f"part-{part}", part=part, **shared))
    post = factories.post("Zumrad", slug="gizli", body="Juda qimmat.", part=2, visibility="unlisted", **shared)
    factories.comment(post, body="Kumush.")
    return post


def crawl(visitor, *starts: str) -> dict[str, str]:
    """Every page of the site that these lead to, by its address."""
    waiting, pages = list(starts), {}
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        response = visitor.get(address)
        pages[address] = b"".join(response).decode(errors="replace") if response.status_code == 200 else ""
        if response.status_code in {301, 302}:
            pages[address] = response["Location"]
            waiting.append(urlsplit(response["Location"]).path)
        for link in filter(None, (part for match in LINK.findall(pages[address]) for part in match)):
            parts = urlsplit(unescape(link))
            if (
                parts.netloc in OUR_HOSTS
                and parts.path.startswith("/")
                and not parts.path.startswith(("/static/", "/admin/"))
            ):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return pages


def guessable(post: Post) -> list[str]:
    """Addresses that need nothing but a number."""
    numbers = Comment.objects.values_list("pk", flat=True)
    posts = [f"/p/{post.pk}/", f"/subscribe/?what=post:{post.thread_id}", f"/comments/reported/?post={post.thread_id}"]
    forms = [f"/subscribe/mail/?what=post:{post.thread_id}"]
    return [
        *posts,
        *forms,
        *(f"/comments/{pk}/{end}" for pk in numbers for end in ("", "report/", "edit/", "withdraw/")),
    ]


def test_no_public_address_but_its_own_shows_an_unlisted_post_or_its_comments(visitor, hidden):
    pages = crawl(visitor, "/", "/sitemap.xml", *MORE_STARTS, *guessable(hidden))
    assert len(pages) > 60
    assert "/part-3/" in pages["/sitemap-posts.xml"]
    leaks = [
        (address, word)
        for address, text in pages.items()
        for word in (*WORDS, "gizli")
        if word in text and not (address.startswith("/search/") and word in address)
    ]
    assert leaks == []
    assert not any("gizli" in address for address in pages)


def test_a_search_for_its_words_finds_nothing(visitor, hidden):
    for word in WORDS:
        assert "gizli" not in visitor.get(f"/search/?q={word}").content.decode()
        assert "No results" in visitor.get(f"/search/?q={word}").content.decode()


def test_whoever_has_the_link_reads_the_post_and_its_conversation(visitor, hidden):
    address = hidden.get_absolute_url()
    shown = visitor.get(address)
    assert "Juda qimmat." in shown.content.decode()
    assert "Kumush." in shown.content.decode()
    assert "Kumush" in visitor.get(f"{address}feed/").content.decode()
    assert "Kumush" in visitor.get(f"{address}discussion/").content.decode()
    picture = re.search(r"share-[0-9a-f]{16}\.png", shown.content.decode())[0]
    assert visitor.get(f"{address}{picture}").status_code == 200


def test_its_page_asks_search_engines_not_to_list_it(visitor, hidden):
    response = visitor.get(hidden.get_absolute_url())
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_its_page_offers_no_link_that_would_not_answer(visitor, hidden):
    shown = visitor.get(hidden.get_absolute_url()).content.decode()
    assert "/p/" not in shown
    assert "what=post:" not in shown


def test_from_its_page_a_comment_is_found_and_reported(visitor, hidden):
    comment = Comment.objects.get(post=hidden)
    came_from = {"Referer": f"http://127.0.0.1:8000{hidden.get_absolute_url()}"}
    assert visitor.get(f"/comments/{comment.pk}/").status_code == 404
    assert visitor.get(f"/comments/{comment.pk}/report/").status_code == 404
    assert visitor.get(f"/comments/{comment.pk}/", headers=came_from)["Location"] == (
        f"{hidden.get_absolute_url()}#comment-{comment.pk}"
    )
    form = visitor.get(f"/comments/{comment.pk}/report/", headers=came_from).content.decode()
    assert f'name="post" value="{hidden.get_absolute_url()}"' in form
    report = {"kind": "spam", "words": ""}
    assert visitor.post(f"/comments/{comment.pk}/report/", report).status_code == 404
    sent = visitor.post(f"/comments/{comment.pk}/report/", report | {"post": hidden.get_absolute_url()})
    assert sent.status_code == 303


def test_its_feed_leads_to_its_own_page(visitor, hidden):
    assert f"{hidden.get_absolute_url()}#comment-" in visitor.get(f"{hidden.get_absolute_url()}feed/").content.decode()


def counts() -> list[int]:
    rows = [*(model.objects.get() for model in (Author, Tag, Source)), Series.objects.public().get()]
    return [row.post_count for row in rows]


def test_it_counts_nowhere_until_it_is_listed_and_no_longer_once_it_is_not(hidden):
    assert counts() == [2, 2, 2, 2]
    post = Post.objects.get(pk=hidden.pk)
    post.visibility = Post.Visibility.LISTED
    post.save()
    assert counts() == [3, 3, 3, 3]
    post.visibility = Post.Visibility.UNLISTED
    post.save()
    assert counts() == [2, 2, 2, 2]


def test_a_listed_post_that_becomes_unlisted_leaves_the_search(visitor, hidden):
    Post.objects.get(pk=hidden.pk).unpublish()
    post = Post.objects.get(pk=hidden.pk)
    post.visibility = Post.Visibility.LISTED
    post.publish()
    assert "gizli" in visitor.get("/search/?q=qimmat").content.decode()
    post = Post.objects.get(pk=hidden.pk)
    post.visibility = Post.Visibility.UNLISTED
    post.save()
    assert "gizli" not in visitor.get("/search/?q=qimmat").content.decode()
    assert "gizli" not in visitor.get("/").content.decode()


def test_the_form_sets_who_finds_it(editor, visitor):
    form = factories.post_form(status="published", visibility="unlisted")
    assert editor.post("/admin/blog/post/add/", form).status_code == 302
    post = Post.objects.get()
    assert not post.is_listed
    assert visitor.get(post.get_absolute_url()).status_code == 200
    assert post.slug not in visitor.get("/").content.decode()
