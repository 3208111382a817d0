"""A reader who is signed in sees how many replies they have not seen, until they open them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from comments.conversation.new_replies import MAX_COUNTED, REPLIES_COOKIE
from comments.models import Comment
from comments.readers import session
from comments.status import Status
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.comments.comment_pages import long_thread, page

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r'class="replies-waiting"><a href="/you/#replies">Your comments: ([^<]+?) new repl')


@pytest.fixture
def other(db):
    """A post in which nobody has answered Ann."""
    return factories.post()


@pytest.fixture
def ann(time):
    """A reader's browser, signed in a minute ago, and a comment of hers on `post`."""
    client = factories.reader_client(factories.reader("ann@example.net"))
    time.pass_(minutes=1)
    return client


@pytest.fixture
def hers(post):
    return factories.comment(post, name="Ann", email="ann@example.net", is_verified=True)


def number(client: Client, where: str = "/") -> str:
    """What the page says; "" if it says nothing."""
    found = NUMBER.search(" ".join(page(client.get(where)).split()))
    return found[1] if found else ""


def test_a_published_reply_is_counted_on_every_page_made_for_its_reader(ann, post, hers, other):
    factories.comment(post, parent=hers)
    factories.comment(post, parent=hers, status=Status.PENDING)
    factories.comment(post)
    assert number(ann) == "1"
    assert number(ann, other.get_absolute_url()) == "1"


def test_nobody_else_sees_a_number(ann, post, hers, visitor):
    factories.page("about")
    factories.comment(post, parent=hers)
    for client in (visitor, factories.reader_client(factories.reader("eve@example.net"))):
        for where in ("/", post.get_absolute_url(), "/about/", "/search/", "/you/"):
            assert number(client, where) == ""
    assert number(ann, "/about/") == ""  # one page for everybody
    assert number(visitor, "/about/") == ""


def test_replies_of_ones_own_and_to_what_anybody_typed_do_not_count(ann, post, hers):
    factories.comment(post, parent=hers, name="Ann", email="ann@example.net", is_verified=True)
    typed = factories.comment(post, name="Ann", email="ann@example.net")
    factories.comment(post, parent=typed)
    assert number(ann) == ""


def test_a_removed_reply_and_one_below_a_hidden_post_do_not_count(ann, post, hers):
    factories.remove(factories.comment(post, parent=hers), via="desk")
    assert number(ann) == ""
    factories.comment(post, parent=hers)
    assert number(ann) == "1"
    post.unpublish()
    assert number(ann) == ""


def test_opening_the_conversation_shows_them_and_the_number_goes(ann, post, hers, other, time):
    other_of_hers = factories.comment(other, name="Ann", email="ann@example.net", is_verified=True)
    for parent in (hers, hers, other_of_hers):
        factories.comment(parent.post, parent=parent)
    assert number(ann) == "3"
    time.pass_(minutes=1)
    assert number(ann, post.get_absolute_url()) == "3"
    assert number(ann) == "1"
    time.pass_(minutes=1)
    factories.comment(post, parent=hers)
    assert number(ann) == "2"


def test_your_comments_lists_them_and_all_are_seen(ann, post, hers, time):
    for name in ("Bob", "Carol"):
        factories.comment(post, parent=hers, name=name)
    assert number(ann) == "2"
    time.pass_(minutes=1)
    html = page(ann.get("/you/"))
    assert "Replies to you" in html
    assert html.count('<span class="badge">new</span>') == 2
    assert number(ann) == ""
    html = page(ann.get("/you/"))
    assert "Carol" in html
    assert '<span class="badge">new</span>' not in html


def test_a_reply_on_another_page_of_the_thread_is_not_seen(ann, post, time):
    numbers = long_thread(post, COMMENTS_PER_PAGE)
    hers = factories.comment(post, name="Ann", email="ann@example.net", is_verified=True, pk=numbers[-1] + 1)
    factories.comment(post, parent=hers, pk=numbers[-1] + 2)
    time.pass_(minutes=1)
    ann.get(post.get_absolute_url())
    assert number(ann) == "1"
    ann.get(f"{post.get_absolute_url()}comment-page-2/")
    assert number(ann) == ""


def test_what_came_before_this_browser_was_signed_in_is_not_new(post, hers, time):
    factories.comment(post, parent=hers)
    time.pass_(minutes=1)
    assert number(factories.reader_client(hers.reader)) == ""


def test_many_are_said_as_more_than_nine(ann, post, hers):
    for _ in range(MAX_COUNTED + 1):
        factories.comment(post, parent=hers)
    assert number(ann) == "9+"


def test_a_page_that_is_fetched_ahead_or_fails_marks_nothing(ann, post, hers, time):
    factories.comment(post, parent=hers)
    time.pass_(minutes=1)
    ann.get(post.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})
    ann.get(f"{post.get_absolute_url()}comment-page-9/")
    assert REPLIES_COOKIE not in ann.cookies
    assert number(ann) == "1"


@pytest.mark.parametrize("text", ["", "x", "0-zz-zzzzzzzzzz", "0-1", "~" * 4_000])
def test_a_damaged_cookie_counts_from_the_sign_in_or_later(ann, post, hers, text):
    factories.comment(post, parent=hers)
    ann.cookies[REPLIES_COOKIE] = text
    assert number(ann) in {"", "1"}
    assert ann.get("/you/").status_code == 200


@pytest.mark.parametrize(("who", "queries"), [("reader", 4), ("guest with a cookie of ours", 2)])
def test_they_cost_a_signed_in_reader_one_query(ann, hers, who, queries, django_assert_num_queries):
    client = ann if who == "reader" else Client(headers={"cookie": "registan_x=1"})
    client.get("/")
    with django_assert_num_queries(queries):  # for the reader with their session
        client.get("/")


def test_signing_out_shows_no_number(ann, post, hers):
    factories.comment(post, parent=hers)
    assert number(ann) == "1"
    ann.post("/you/", {"act": "leave"})
    assert session.COOKIE not in ann.cookies or not ann.cookies[session.COOKIE].value
    assert number(ann) == ""


def test_in_a_browser_without_a_script_on_a_phone(transactional_db, people, live_server):
    post = factories.post()
    hers = factories.comment(post, name="Ann", email="ann@example.net", is_verified=True)
    client = factories.reader_client(factories.reader("ann@example.net"))
    hers.reader.sessions.update(created_at=hers.created_at - timedelta(days=1))
    factories.comment(post, parent=hers, body="An answer.")
    context = people.context(java_script_enabled=False)
    context.add_cookies(
        [{"name": session.COOKIE, "value": client.cookies[session.COOKIE].value, "url": live_server.url}]
    )
    tab = context.new_page()
    tab.set_viewport_size({"width": 360, "height": 700})
    tab.goto("/")
    tab.get_by_role("link", name="Your comments: 1 new reply").click()
    expect(tab.locator("#replies")).to_contain_text("An answer.")
    expect(tab.locator("#replies")).to_be_in_viewport()
    tab.goto("/")
    expect(tab.locator(".replies-waiting")).to_have_count(0)
    assert Comment.objects.count() == 2
