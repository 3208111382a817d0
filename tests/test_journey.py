"""The whole way over HTTP, with forms as they stand on the pages: written, published, answered, approved, read."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from blog.models import Author, Post, Tag
from comments.models import Comment, Decision
from tests import factories
from tests.comments.comment_pages import Elements, drawn, form_on, page, send

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/queue/"
POST = {
    "title": "The hour of the samovar",
    "slug": "the-hour-of-the-samovar",
    "epigraph": "Tea is not *hurried*.",
    "epigraph_source": "A saying of the tea house",
    "body": "Water first.\n\n> Who counts the cups drinks alone.\n>\n> — the keeper\n\nWait.[^1]\n\n[^1]: And sugar.",
    "summary": "On water, patience and sugar.",
    "status": "published",
    "published_at_0": "2026-03-21",
    "published_at_1": "07:30:00",
    "conversation": "open",
}
ADDRESS = "/2026/03/21/the-hour-of-the-samovar/"


def signed_in(name: str) -> Client:
    """Somebody who has come in by the sign-in form, and whose forms must carry their key."""
    client = Client(enforce_csrf_checks=True)
    response = submit(client, reverse("account_login"), login=name, password=name)
    assert response.status_code == 302, page(response)
    return client


def submit(client: Client, where: str, **fields: str | list[str]):
    """Open the page, fill its form and send it with what it holds unseen: its key, the size of its tables.

    Not the `row` of the queue, which each comment has in a form of its own.
    """
    inputs = [attributes for tag, attributes in Elements(page(client.get(where))).found if tag == "input"]
    hidden = [field for field in inputs if field.get("type") == "hidden" and field.get("name", "row") != "row"]
    unseen = {field["name"]: field.get("value", "") for field in hidden}
    return client.post(where, {**unseen, **fields})


def waiting(client: Client) -> list[int]:
    """The comments in the queue, in its order."""
    return [int(pk) for pk in re.findall(r'id="waiting-(\d+)"', page(client.get(QUEUE)))]


def answer(client: Client, parent: Comment | None, **typed: str) -> Comment:
    """Write in the form that the page offers, below `parent` when one follows its link; the stored comment."""
    html = page(client.get(ADDRESS))
    where = ADDRESS
    if parent:
        where = re.search(rf'href="([^"#]*\?reply={parent.pk})#respond"', html)[1]
    form = form_on(client.get(where))
    assert form["parent"] == (str(parent.pk) if parent else "")
    response = send(client, Post.objects.get(), **{**dict.fromkeys(factories.comment_form()), **form, **typed})
    assert response.status_code == 302, page(response)
    comment = Comment.objects.latest("id")
    assert (comment.body, comment.parent) == (typed["body"], parent)
    return comment


@pytest.fixture
def people(db):
    for name, group in (("adam", "Administrator"), ("alice", "Author"), ("mona", "Moderator")):
        factories.user(name, group=group)


def write_and_publish() -> None:
    adam, alice = signed_in("adam"), signed_in("alice")
    account = str(Author.user.field.related_model.objects.get(username="alice").pk)
    profile = {"name": "Alice Verey", "slug": "alice", "user": account, "bio": "Writes about *tea*."}
    assert submit(adam, "/admin/blog/author/add/", **profile).status_code == 302
    assert submit(adam, "/admin/blog/tag/add/", name="Tea", slug="tea").status_code == 302
    tag = str(Tag.objects.get().pk)
    assert submit(alice, "/admin/blog/post/add/", **POST, tags=[tag]).status_code == 302


def test_from_the_editor_to_every_reader(people):
    reader, stranger = Client(), Client()
    write_and_publish()

    html = page(reader.get(ADDRESS))
    for words in (
        "The hour of the samovar", "Alice Verey", "Tea is not <em>hurried</em>.", "A saying of the tea house",
        "<figure", "And sugar.", "No comments yet",
    ):  # fmt: skip
        assert words in html
    for where in ("/", "/2026/03/", "/author/alice/", "/archive/", "/feed/", "/sitemap-posts.xml"):
        assert "hour-of-the-samovar" in page(reader.get(where)), where

    bahrom = answer(reader, None, name="Bahrom", email="bahrom@example.net", body="How *much* sugar?")
    pills = answer(
        stranger, None, name="Pills", email="p@example.net", website="https://pills.example/", body="Buy pills"
    )
    dilnoza = answer(stranger, None, name="Дилноза", email="d@example.net", body="Мен шакарсиз ичаман.")
    assert (drawn(Client().get(ADDRESS)), drawn(reader.get(ADDRESS))) == ([], [bahrom.pk])  # its writer sees it

    call_command("worker", "--once")
    assert sorted({mailed.to[0] for mailed in mail.outbox}) == ["adam@example.org", "mona@example.org"]
    assert len([mailed for mailed in mail.outbox if "How *much* sugar?" in mailed.body]) == 2

    mona = signed_in("mona")
    assert waiting(mona) == [bahrom.pk, pills.pk, dilnoza.pk]
    assert "How <em>much</em> sugar?" in page(mona.get(QUEUE))
    assert submit(mona, QUEUE, decision=f"spam:{pills.pk}").status_code == 303
    assert submit(mona, QUEUE, decision="approve", comment=[str(bahrom.pk), str(dilnoza.pk)]).status_code == 303
    assert waiting(mona) == []
    assert drawn(reader.get(ADDRESS)) == [bahrom.pk, dilnoza.pk]

    alice = signed_in("alice")
    reply = answer(alice, bahrom, body="Two lumps, Bahrom.")
    assert drawn(reader.get(ADDRESS)) == [bahrom.pk, reply.pk, dilnoza.pk]
    thanks = answer(reader, reply, name="Bahrom", email="bahrom@example.net", body="Two it is.")
    assert submit(mona, QUEUE, decision=f"approve:{thanks.pk}").status_code == 303
    assert drawn(reader.get(ADDRESS)) == [bahrom.pk, reply.pk, thanks.pk, dilnoza.pk]

    html = page(reader.get(ADDRESS))
    assert "4 comments" in html
    assert html.count('<span class="badge">author</span>') == 1
    assert "Buy pills" not in html
    assert "example.net" not in html
    for where in ("/", "/tag/tea/", "/author/alice/"):
        assert "Buy pills" not in page(reader.get(where))
    for feed in ("/comments/feed/", f"{ADDRESS}feed/", f"{ADDRESS}feed/atom/", f"{ADDRESS}feed/json/"):
        assert "Two it is." in page(reader.get(feed))
        assert "Buy pills" not in page(reader.get(feed))
    assert reader.get(f"/comments/{thanks.pk}/")["Location"] == f"{ADDRESS}#comment-{thanks.pk}"
    assert reader.get(f"/comments/{pills.pk}/").status_code == 404

    record = Decision.objects.order_by("id").values_list("comment", "from_status", "to_status", "by__username")
    assert list(record) == [
        (bahrom.pk, "", "pending", None),
        (pills.pk, "", "pending", None),
        (dilnoza.pk, "", "pending", None),
        (pills.pk, "pending", "spam", "mona"),
        (bahrom.pk, "pending", "approved", "mona"),
        (dilnoza.pk, "pending", "approved", "mona"),
        (reply.pk, "", "approved", "alice"),
        (thanks.pk, "", "pending", None),
        (thanks.pk, "pending", "approved", "mona"),
    ]


def test_a_removed_comment_leaves_its_replies(people):
    write_and_publish()
    reader, mona = Client(), signed_in("mona")
    first = answer(reader, None, name="Bahrom", email="b@example.net", body="A rude word.")
    submit(mona, QUEUE, decision=f"approve:{first.pk}")
    second = answer(reader, first, name="Dilnoza", email="d@example.net", body="Please be kind.")
    submit(mona, QUEUE, decision=f"approve:{second.pk}")
    change_list = reverse("admin:comments_comment_changelist")
    submit(mona, change_list, action="remove", _selected_action=str(first.pk))
    html = page(reader.get(ADDRESS))
    assert drawn(reader.get(ADDRESS)) == [first.pk, second.pk]
    assert "This comment was removed by a moderator." in html
    assert "A rude word." not in html
    assert "Please be kind." in html


def test_a_post_that_is_scheduled_takes_no_comments_until_its_time(people):
    write_and_publish()
    alice = signed_in("alice")
    post = Post.objects.get()
    submit(alice, f"/admin/blog/post/{post.pk}/change/", **{**POST, "published_at_0": "2099-01-01"})
    assert Client().get(ADDRESS).status_code == 404
    assert Client().get("/2099/01/01/the-hour-of-the-samovar/").status_code == 404
    assert Client().post("/2099/01/01/the-hour-of-the-samovar/comments/", factories.comment_form()).status_code == 404
