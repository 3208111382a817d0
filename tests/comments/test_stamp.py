"""When a form was opened: signed into those made for one reader, asked for by script on pages that all share."""

import pytest
from playwright.sync_api import expect

from comments.forms import age_of
from comments.models import Comment
from tests import factories
from tests.comments.reading import form_on, send

pytestmark = pytest.mark.django_db


def stamp_of(client, post):
    return client.get(f"{post.get_absolute_url()}comments/stamp/")


def test_the_form_on_a_page_that_everybody_shares_bears_no_time(visitor, post):
    assert form_on(visitor.get(post.get_absolute_url()))["stamp"] == ""


def test_a_stamp_that_was_asked_for_is_of_this_post_and_kept_by_nobody(visitor, post):
    response = stamp_of(visitor, post)
    assert response["Cache-Control"] == "no-store"
    assert 0 <= age_of(response.text, post) < 60
    assert not response.cookies
    assert send(visitor, post, stamp=response.text).status_code == 302


def test_a_comment_sent_in_the_second_its_stamp_was_asked_for_is_found_hasty(visitor, post):
    send(visitor, post, stamp=stamp_of(visitor, post).text)
    assert "quick" in set(Comment.objects.get().findings.values_list("kind", flat=True))


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_a_post_that_is_not_public_gives_no_stamp(visitor, db, make):
    made = make(slug="hidden")
    day = made.published_on or made.updated_at.date()
    assert visitor.get(f"/{day:%Y/%m/%d}/hidden/comments/stamp/").status_code == 404
    assert visitor.post(f"/{day:%Y/%m/%d}/hidden/comments/stamp/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_script_asks_for_it_when_somebody_begins_to_write(browser, live_server):
    post = factories.post()
    page = browser.new_page()
    page.goto(live_server.url + post.get_absolute_url())
    stamp = page.locator("#respond [name=stamp]")
    expect(stamp).to_have_value("")
    with page.expect_response("**/comments/stamp/"):
        page.focus("#respond [name=name]")
    expect(stamp).not_to_have_value("")
    assert age_of(stamp.input_value(), post) < 60
    page.close()
