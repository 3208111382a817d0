"""Hidden text is hidden everywhere: waiting and declined comments, and commenters' addresses."""

import hashlib

import pytest
from django.test import Client

from blog.views.sitemaps import SECTIONS
from comments.models import Comment
from comments.status import Status, Via
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import long_thread, page, send

pytestmark = pytest.mark.django_db

MAIL = "Hamid.Secret+tag@Private.example"
NETWORK = "203.0.113.77"
# Queries that would find it; a page of results repeats what was asked, and so each asks for less than a marker.
LOOKED_FOR = ["?q=words&in=comments", "?q=hid*", "?q=author:hamid", "?q=-tea", "?q=hidde"]
MARKERS = ["Hidden Hamid", "hidden-site.example", "hidden-words", MAIL.lower(), NETWORK]


@pytest.fixture
def post():
    alice = factories.author("Alice", slug="alice")
    return factories.post(authors=[alice], tags=[factories.tag("tea")], slug="tea")


def public_addresses(post, comment: Comment) -> list[str]:
    """Every address at which a stranger might find something of `comment`."""
    at, feeds = post.get_absolute_url(), ("feed/", "feed/atom/", "feed/json/")
    pages = [
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
    return [
        *pages, at, f"{at}?reply={comment.pk}", f"{at}comment-page-2/", post.get_preview_url(),
        *(start + feed for start in ("/", "/tag/tea/", "/author/alice/", at, "/comments/") for feed in feeds),
        "/sitemap.xml", *(f"/sitemap-{section}.xml" for section in SECTIONS), "/robots.txt", "/healthz",
        "/?s=hidden-words", *(f"/search/{feed}{query}" for feed in ("", *feeds) for query in LOOKED_FOR),
        f"/comments/{comment.pk}/", "/moderation/",
    ]  # fmt: skip


def answers(client: Client, post, comment: Comment) -> dict[str, str]:
    """What is said at each, bodies and headers."""
    said = {}
    for where in public_addresses(post, comment):
        response = client.get(where)
        assert response.status_code in {200, 302, 404}, where
        said[where] = page(response) + str(response.headers)
    return said


def hidden_comment(post, **fields) -> Comment:
    typed = {"name": "Hidden Hamid", "email": MAIL, "website": "https://hidden-site.example/", "body": "hidden-words"}
    return factories.comment(post, address=NETWORK, **{**typed, **fields})


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_nothing_of_a_hidden_comment_is_found_at_any_public_address(visitor, post, status):
    long_thread(post, COMMENTS_PER_PAGE + 1)
    comment = hidden_comment(post, status=status)
    for where, said in answers(visitor, post, comment).items():
        assert not [marker for marker in MARKERS if marker.lower() in said.lower().replace("q=hidden-words", "")], where


@pytest.mark.parametrize("verb", ["hold", "mark_spam", "remove", "withdraw"])
def test_nothing_of_a_tombstone_is_found_though_replies_stand_under_it(visitor, post, verb):
    comment = hidden_comment(post)
    factories.comment(post, parent=comment)
    long_thread(post, COMMENTS_PER_PAGE + 1)
    assert "hidden-words" in page(visitor.get(post.get_absolute_url()))
    getattr(factories, verb)(comment, via=Via.DESK)
    for where, said in answers(visitor, post, comment).items():
        assert not [marker for marker in MARKERS if marker.lower() in said.lower().replace("q=hidden-words", "")], where


def test_the_permalink_of_a_hidden_comment_is_missing(visitor, post):
    comment = hidden_comment(post, status=Status.PENDING)
    assert visitor.get(f"/comments/{comment.pk}/").status_code == 404


def test_hidden_comments_are_not_counted(visitor, post):
    for status in Status:
        factories.comment(post, status=status)
    assert "1 comment<" in page(visitor.get(post.get_absolute_url()))


@pytest.mark.parametrize("hide", ["draft", "scheduled"])
def test_the_comments_of_an_unpublished_post_are_hidden_with_it(visitor, post, hide):
    comment = hidden_comment(post)
    assert "hidden-words" in page(visitor.get("/comments/feed/"))
    was_at = post.get_absolute_url()
    if hide == "draft":
        post.status = post.Status.DRAFT
    else:
        post.published_at = factories.scheduled().published_at
    post.save()
    for where in (was_at, f"{was_at}feed/", f"/comments/{comment.pk}/", f"{was_at}comment-page-2/"):
        assert visitor.get(where).status_code == 404
    for feed in ("", "atom/", "json/"):
        assert "hidden-words" not in page(visitor.get(f"/comments/feed/{feed}"))


# The addresses of those who write


def disguises(address: str) -> list[str]:
    """An address as it is, as written small, and what is made of it to look up pictures."""
    forms = {address, address.lower()}
    digests = [
        getattr(hashlib, name)(form.encode()).hexdigest() for form in forms for name in ("md5", "sha1", "sha256")
    ]
    return [*(form.lower() for form in forms), *digests]


@pytest.mark.parametrize("status", Status)
def test_the_address_of_a_guest_is_in_no_public_answer_in_any_disguise(visitor, post, status):
    comment = hidden_comment(post, status=status)
    for where, said in answers(visitor, post, comment).items():
        assert not [form for form in [*disguises(MAIL), NETWORK] if form in said.lower()], where


def test_the_address_of_a_guest_is_in_no_response_to_a_signed_in_reader_either(post):
    client = Client()
    client.force_login(factories.user("anna", group="Author"))
    for where, said in answers(client, post, hidden_comment(post)).items():
        assert not [form for form in [*disguises(MAIL), NETWORK] if form in said.lower()], where


def test_the_receipt_does_not_repeat_the_address(visitor, post):
    receipt = send(visitor, post, email=MAIL)["Location"]
    assert not [form for form in disguises(MAIL) if form in page(visitor.get(receipt)).lower() + receipt.lower()]


def test_a_commenters_tile_is_keyed_to_this_site(post, settings):
    """Without a key, eight thousand tiles would still tell whether a guessed address fits."""
    first = [factories.comment(post, email=f"a{number}@example.net").tile for number in range(12)]
    settings.SECRET_KEY = "another key, of another site, that is long enough"
    second = [factories.comment(post, email=f"a{number}@example.net").tile for number in range(12)]
    assert first != second


def test_the_text_of_another_readers_refused_form_reaches_nobody_else(visitor, post):
    send(visitor, post, body="hidden-words", email="wrong")
    send(visitor, post, body="hidden-words", act="preview")
    assert "hidden-words" not in page(Client().get(post.get_absolute_url()))
