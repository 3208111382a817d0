"""Posting a comment: what is stored, who is published immediately, and the queries."""

import ipaddress

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client

from comments.conversation.waiting import COOKIE_PREFIX
from comments.models import Comment, Decision, Message, PendingNotification
from comments.status import Status, Via
from comments.submission.comment_form import CommentForm
from tests import factories
from tests.comments.comment_pages import address, form_on, long_thread, page, send

pytestmark = pytest.mark.django_db


def only_comment() -> Comment:
    return Comment.objects.get()


def test_a_guests_comment_waits_and_leads_to_its_receipt(visitor, post):
    response = send(
        visitor, post, name="Bob", email="Bob@Example.net", website="https://bob.example.net/", body="Salt."
    )
    comment = only_comment()
    assert response.status_code == 302
    assert response["Location"].startswith("/comments/receipt/")
    assert (comment.name, comment.email, comment.website) == ("Bob", "Bob@Example.net", "https://bob.example.net/")
    assert (comment.status, comment.shown, comment.post, comment.parent) == (Status.PENDING, False, post, None)
    assert "Waiting for a moderator" in page(visitor.get(response["Location"]))


def test_the_first_decision_is_recorded_and_waits_for_its_notification(visitor, post):
    send(visitor, post)
    decision = Decision.objects.get()
    assert (decision.from_status, decision.to_status, decision.via, decision.by) == ("", "pending", Via.FORM, None)
    assert PendingNotification.objects.get().decision == decision


def test_the_text_is_stored_as_typed_with_one_kind_of_line_end(visitor, post):
    send(visitor, post, body="\r\n  first\r\n\r\nsecond\tline  \rthird\n\n")
    assert only_comment().body == "\n  first\n\nsecond\tline  \nthird\n\n"


def test_a_website_may_be_left_out_or_given_without_its_scheme(visitor, post):
    send(visitor, post, website="bob.example.net", body="one")
    send(visitor, post, website=None, body="two")
    assert list(Comment.objects.order_by("id").values_list("website", flat=True)) == ["https://bob.example.net", ""]


def test_fields_that_are_not_in_the_form_are_ignored(visitor, post):
    writer = factories.user("mallory")
    send(
        visitor, post, status="approved", id="999", pk="999", created_at="2001-01-01", shown="on", author="1",
        user=str(writer.pk), user_id=str(writer.pk), depth="7", path="0", tile="3", address="1.2.3.4",
        html="<script>", fingerprint="mine", via="import",
    )  # fmt: skip
    comment = only_comment()
    assert (comment.status, comment.shown, comment.depth) == (Status.PENDING, False, 0)
    assert (comment.author, comment.user, comment.address) == (None, None, "127.0.0.1")
    assert comment.pk != 999
    assert comment.created_at.year > 2001
    assert len(comment.fingerprint) == 64


def test_a_forwarded_address_is_not_trusted_from_a_stranger(visitor, post):
    send(visitor, post, headers={"X-Forwarded-For": "192.0.2.9"})
    assert only_comment().address == "127.0.0.1"


def test_the_address_that_our_own_proxy_names_is_stored(visitor, post, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
    send(visitor, post, headers={"X-Forwarded-For": "203.0.113.1, 192.0.2.9"})
    assert only_comment().address == "192.0.2.9"


# Who is published immediately


@pytest.fixture
def alice():
    """An account whose profile is called Alice."""
    user = factories.user("alice", group="Author", first_name="Not", last_name="Shown")
    factories.author("Alice", user=user)
    return user


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_posts_author_is_published_at_once_with_their_profile_name_and_badge(alice):
    post, client = factories.post(authors=[alice.author]), signed_in(alice)
    response = send(client, post, name=None, email=None, website=None)
    comment = only_comment()
    assert response["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"
    assert (comment.status, comment.name, comment.author, comment.user) == ("approved", "Alice", alice.author, alice)
    assert Decision.objects.get().by == alice
    assert '<span class="badge">author</span>' in page(Client().get(post.get_absolute_url()))


def test_a_moderator_is_published_at_once_without_a_badge(post):
    client = signed_in(factories.user("mona", group="Moderator", first_name="Mona", last_name="Karimova"))
    send(client, post, name=None, email=None)
    assert (only_comment().status, only_comment().name) == ("approved", "Mona Karimova")
    assert 'class="badge"' not in page(Client().get(post.get_absolute_url()))


def test_a_moderator_with_a_profile_writes_under_its_name(post):
    user = factories.user("mona", group="Moderator")
    factories.author("Mona K.", slug="mona", user=user)
    send(signed_in(user), post, name=None, email=None)
    assert (only_comment().status, only_comment().name) == ("approved", "Mona K.")


def test_another_author_on_somebody_elses_post_waits(alice, post):
    response = send(signed_in(alice), post, name=None, email=None)
    assert (only_comment().status, only_comment().name) == (Status.PENDING, "Alice")
    assert response["Location"].startswith("/comments/receipt/")


def test_staff_are_asked_for_no_name_and_what_is_sent_as_one_is_ignored(alice):
    post, client = factories.post(authors=[alice.author]), signed_in(alice)
    assert set(form_on(client.get(post.get_absolute_url()))) == {"parent", "stamp", "sources", "body"}
    send(client, post, name="Forger", email="forger@example.org", website="https://forger.example/")
    assert (only_comment().name, only_comment().email, only_comment().website) == ("Alice", "alice@example.org", "")


def test_no_reader_sees_what_an_account_signs_in_by(post, visitor, settings):
    settings.SITE_NAME = "The tea house"
    send(factories.moderator_client("loginmarker"), post, name=None, email=None)
    assert (only_comment().status, only_comment().name) == (Status.APPROVED, "The tea house")
    assert "loginmarker" not in page(visitor.get(post.get_absolute_url()))


def test_a_profile_with_a_long_name_can_comment(alice):
    alice.author.name = "A" * 120
    alice.author.save()
    post = factories.post(authors=[alice.author])
    assert send(signed_in(alice), post, name=None, email=None).status_code == 302
    assert only_comment().name.startswith("A" * 80)


def test_typing_the_authors_address_gives_no_trust(visitor, alice):
    post = factories.post(authors=[alice.author])
    send(visitor, post, name="Alice", email="alice@example.org")
    assert (only_comment().status, only_comment().author, only_comment().user) == (Status.PENDING, None, None)


def test_a_signed_in_authors_comment_shows_at_once_on_the_cached_page(visitor, alice):
    post = factories.post(authors=[alice.author])
    assert "Salt first." not in page(visitor.get(post.get_absolute_url()))
    send(signed_in(alice), post, name=None, email=None, body="Salt first.")
    assert "Salt first." in page(visitor.get(post.get_absolute_url()))


def test_a_signed_in_account_gets_a_page_of_its_own(visitor, alice):
    post = factories.post(authors=[alice.author])
    client = signed_in(alice)
    for reader, fields in ((client, 4), (visitor, 11), (client, 4), (visitor, 11)):
        assert len(form_on(reader.get(post.get_absolute_url()))) == fields
    assert "Commenting as <bdi>" not in page(visitor.get(post.get_absolute_url()))


# The form on a cached page


def test_the_cached_pages_form_has_no_token_and_still_sends(post):
    client = Client(enforce_csrf_checks=True)
    kept = client.get(post.get_absolute_url())
    fields = form_on(kept)
    typed = {"name", "email", "website", "body", "notify", "replies", "remember", "subject"}
    assert set(fields) == {"parent", "stamp", "sources", *typed}
    assert not any(fields.values())
    assert "csrf" not in page(kept).lower()
    assert not kept.cookies
    origin = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    response = send(client, post, headers=origin, **{**fields, **factories.comment_form()})
    assert response.status_code == 302
    assert [*response.cookies] == [f"{COOKIE_PREFIX}{only_comment().pk}"]
    assert Comment.objects.count() == 1


def test_fields_that_one_form_leaves_out_stand_in_the_next(visitor, alice):
    post = factories.post(authors=[alice.author])
    assert 'name="website"' not in page(signed_in(alice).get(post.get_absolute_url()))
    CommentForm.blank_fields.clear()
    assert 'name="website"' in page(visitor.get(post.get_absolute_url()))


def test_no_field_makes_the_browser_cut_what_is_pasted(visitor, post):
    assert "maxlength" not in page(visitor.get(post.get_absolute_url()))
    assert "maxlength" not in page(send(visitor, post, body=""))
    parent = factories.comment(post)
    assert "maxlength" not in page(visitor.get(f"{post.get_absolute_url()}?reply={parent.pk}"))


def test_the_form_says_where_it_sends(visitor, post):
    assert f'action="{address(post)}"' in page(visitor.get(post.get_absolute_url()))


# Queries


def test_a_submission_writes_no_email_and_no_cache(visitor, post, monkeypatch):
    factories.user("mona", group="Moderator")
    touched = []
    for cache in caches.all(initialized_only=False):
        for name in ("get", "set", "add", "delete", "incr", "touch", "clear", "get_many", "set_many"):
            monkeypatch.setattr(type(cache), name, lambda *_, name=name, **__: touched.append(name))
    assert send(visitor, post).status_code == 302
    assert touched == []
    assert mail.outbox == []
    assert not Message.objects.exists()


# The first is for the clock, which says whether the site is read-only.
# PostgreSQL is asked for a lock on the network and one on the text, and for a reply that waits one on its conversation;
# SQLite has one writer at a time, and learns the words of what is published before the transaction ends.
LOCKS, PLACE, WORDS = (2, 1, 0) if connection.vendor == "postgresql" else (0, 0, 1)
REPLY_QUERIES = 20 + LOCKS + PLACE


@pytest.mark.parametrize(("who", "queries"), [("guest", 18 + LOCKS), ("reply", REPLY_QUERIES), ("author", 21 + WORDS)])
def test_a_submission_costs_a_pinned_number_of_queries(visitor, alice, who, queries, django_assert_num_queries):
    post = factories.post(authors=[alice.author])
    parent = factories.comment(post)
    client = signed_in(alice) if who == "author" else visitor
    fields = {"parent": str(parent.pk)} if who == "reply" else {}
    with django_assert_num_queries(queries):
        assert send(client, post, **fields).status_code == 302


def test_a_long_thread_makes_no_submission_dearer(visitor, post, django_assert_num_queries):
    *_, last = long_thread(post, 1_000)
    with django_assert_num_queries(REPLY_QUERIES):
        assert send(visitor, post, parent=str(last)).status_code == 302


def test_where_every_comment_is_held_only_a_moderator_is_published_at_once(alice):
    held = factories.post(authors=[alice.author], conversation="held")
    send(signed_in(alice), held)
    assert only_comment().status == Status.PENDING
    send(signed_in(factories.user(group="Moderator")), held, body="Read.")
    assert Comment.objects.latest("pk").status == Status.APPROVED


def test_a_name_that_would_reverse_the_line_is_shown_without_its_marks(post):
    send(signed_in(factories.user(group="Moderator", first_name="Ali\u202ece")), post)
    assert only_comment().name == "Alice"
