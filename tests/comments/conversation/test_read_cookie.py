"""Readers turn the marking of new comments on and off: a cookie, set and deleted."""

import pytest
from django.test import Client

from comments.threads.layout import COMMENTS_PER_PAGE
from comments.threads.read_marks import READ_COOKIE
from tests import factories
from tests.comments.comment_pages import long_thread, page

pytestmark = pytest.mark.django_db


def ask(client: Client, post, act: str = "remember", **more):
    return client.post(f"{post.get_absolute_url()}reading/", {"act": act, "page": "1"}, **more)


@pytest.fixture
def reader(post, visitor) -> Client:
    ask(visitor, post)
    return visitor


def test_asking_redirects_back_to_the_threads_page_with_a_cookie(visitor, post):
    long_thread(post, COMMENTS_PER_PAGE + 1)
    response = visitor.post(f"{post.get_absolute_url()}reading/", {"act": "remember", "page": "2"})
    assert (response.status_code, response["Location"]) == (303, f"{post.get_absolute_url()}comment-page-2/#comments")
    assert READ_COOKIE in response.cookies
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", ["", "0", "x", "-1", "9" * 18, "9" * 40])
def test_a_page_past_the_end_links_to_an_existing_one(visitor, post, number):
    response = visitor.post(f"{post.get_absolute_url()}reading/", {"act": "remember", "page": number})
    assert response["Location"] == f"{post.get_absolute_url()}#comments"


def test_a_reader_who_stops_marking_is_anonymous_again(reader, post):
    assert "Stop marking new comments</button>" in page(reader.get(post.get_absolute_url()))
    response = ask(reader, post, "forget")
    assert response.status_code == 303
    assert response.cookies[READ_COOKIE].value == ""
    assert response.cookies[READ_COOKIE]["max-age"] == 0
    del reader.cookies[READ_COOKIE]  # as browsers do
    again = reader.get(post.get_absolute_url())
    assert "Mark new comments next time</button>" in page(again)
    assert again["Cache-Control"].startswith("public")


def test_another_site_cannot_ask_for_the_reader(visitor, post):
    response = ask(visitor, post, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not response.cookies


def test_only_a_form_asks(visitor, post):
    assert visitor.get(f"{post.get_absolute_url()}reading/").status_code == 405


def test_a_hidden_post_takes_no_mark(visitor, db):
    for hidden in (factories.scheduled(), factories.post(slug="gone")):
        hidden.status = "draft" if hidden.slug == "gone" else hidden.status
        hidden.save()
        assert visitor.post(f"/2026/03/20/{hidden.slug}/reading/", {"act": "remember"}).status_code == 404
