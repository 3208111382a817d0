"""When a form was opened: signed into those made for one reader; for pages that all share, asked for by script, or left
in a cookie where no script runs."""

import re
import time

import pytest
from playwright.sync_api import expect

from comments.conversation.waiting import COOKIE_PREFIX
from comments.models import Comment
from comments.submission.form_time import FORM_TIME_COOKIE, read_form_age
from comments.web.tokens import FORM_TIME_AGE
from tests import factories
from tests.comments.comment_pages import address, complaints, form_on, opened, page, send

pytestmark = pytest.mark.django_db

PICTURE = re.compile(r'<noscript><img hidden alt="" src="([^"]+)"></noscript>')
TOO_OLD = "This page was open for more than a day."


def stamp_of(client, post):
    return client.get(f"{address(post)}stamp/")


def findings() -> set[str]:
    return set(Comment.objects.get().findings.values_list("kind", flat=True))


def test_the_form_on_a_page_that_everybody_shares_bears_no_time(visitor, post):
    assert form_on(visitor.get(post.get_absolute_url()))["stamp"] == ""


@pytest.mark.parametrize(("cookies", "query"), [({}, "?since=1"), ({"registan_reader": "of old"}, "")])
def test_the_form_on_a_page_made_for_one_reader_bears_it(visitor, post, cookies, query):
    visitor.cookies.load(cookies)
    response = visitor.get(f"{post.get_absolute_url()}{query}")
    assert 0 <= read_form_age(form_on(response)["stamp"], post) < 60
    assert not PICTURE.search(page(response))


def test_a_comment_posted_within_a_second_of_its_own_page_is_found_hasty(visitor, post):
    form = form_on(visitor.get(f"{post.get_absolute_url()}?since=1"))
    send(visitor, post, stamp=form["stamp"])
    assert "quick" in findings()


# With a script


def test_a_requested_form_time_is_for_this_post_and_not_cached(visitor, post):
    response = stamp_of(visitor, post)
    assert response["Cache-Control"] == "no-store"
    assert 0 <= read_form_age(response.text, post) < 60
    assert not response.cookies
    assert send(visitor, post, stamp=response.text).status_code == 302


def test_a_comment_posted_within_a_second_of_its_form_time_is_found_hasty(visitor, post):
    send(visitor, post, stamp=stamp_of(visitor, post).text)
    assert "quick" in findings()


@pytest.mark.parametrize("what", ["stamp", "opened"])
@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_a_hidden_post_gives_no_form_time(visitor, db, make, what):
    made = make(slug="hidden")
    day = made.published_on or made.updated_at.date()
    response = visitor.get(f"/{day:%Y/%m/%d}/hidden/comments/{what}/")
    assert (response.status_code, dict(response.cookies)) == (404, {})
    assert visitor.post(f"/{day:%Y/%m/%d}/hidden/comments/{what}/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_script_asks_for_it_when_somebody_begins_to_write(browser, live_server):
    post = factories.post()
    tab = browser.new_page()
    tab.goto(live_server.url + post.get_absolute_url())
    stamp = tab.locator("#respond [name=stamp]")
    expect(stamp).to_have_value("")
    with tab.expect_response("**/comments/stamp/"):
        tab.focus("#respond [name=name]")
    expect(stamp).not_to_have_value("")
    assert read_form_age(stamp.input_value(), post) < 60
    assert not tab.context.cookies()
    tab.close()


# Without


def picture_on(client, post):
    """What a browser without scripts fetches together with the page."""
    return client.get(PICTURE.search(page(client.get(post.get_absolute_url())))[1])


def test_the_shared_page_names_an_image_that_leaves_the_time_with_the_form_alone(visitor, post):
    response = picture_on(visitor, post)
    assert (response.status_code, response["Cache-Control"], response.content) == (204, "no-store", b"")
    left = response.cookies[FORM_TIME_COOKIE]
    assert 0 <= read_form_age(left.value, post) < 60
    assert (left["path"], left["samesite"], left["httponly"]) == (address(post), "Strict", True)
    assert left["max-age"] == left["expires"] == ""


def test_the_cookie_is_secure_where_the_site_is(visitor, post, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert picture_on(visitor, post).cookies[FORM_TIME_COOKIE]["secure"]


@pytest.mark.parametrize(("seconds_ago", "stays"), [(60, True), (13 * 60 * 60, False)])
def test_another_tab_does_not_make_the_first_comment_hasty(visitor, post, seconds_ago, stays):
    visitor.cookies[FORM_TIME_COOKIE] = opened(post, seconds_ago=seconds_ago)
    assert (FORM_TIME_COOKIE not in picture_on(visitor, post).cookies) is stays


def test_a_form_sent_with_its_time_at_once_is_found_hasty(visitor, post):
    picture_on(visitor, post)
    send(visitor, post, stamp="")
    assert "quick" in findings()


def test_a_form_sent_with_its_time_later_is_neither_hasty_nor_undated(visitor, post):
    visitor.cookies[FORM_TIME_COOKIE] = opened(post, seconds_ago=60)
    send(visitor, post, stamp="")
    assert findings() == {"first"}


@pytest.mark.parametrize("old", ["late", "altered", "of another post"])
def test_a_form_whose_cookie_is_too_old_or_not_its_own_is_shown_again_with_its_text(visitor, post, monkeypatch, old):
    stamps = {
        "altered": f"{opened(post, seconds_ago=60)}A",
        "of another post": opened(factories.post(slug="other"), seconds_ago=60),
    }
    with monkeypatch.context() as yesterday:
        then = time.time() - FORM_TIME_AGE.total_seconds() - 1
        yesterday.setattr("django.core.signing.time.time", lambda: then)
        stamps["late"] = opened(post, seconds_ago=0)
    visitor.cookies[FORM_TIME_COOKIE] = stamps[old]
    response = send(visitor, post, stamp="", body="Not lost.")
    assert (response.status_code, form_on(response)["body"]) == (400, "Not lost.")
    assert TOO_OLD in complaints(response)
    assert send(visitor, post, **form_on(response)).status_code == 302
    assert ("quick" in findings()) is (old != "late")  # whoever is asked to send an old form again may do so at once


def test_a_preview_keeps_the_time_from_the_cookie(visitor, post):
    visitor.cookies[FORM_TIME_COOKIE] = opened(post, seconds_ago=60)
    form = form_on(send(visitor, post, stamp="", act="preview"))
    assert read_form_age(form["stamp"], post) >= 60
    send(visitor, post, **form, act="send")
    assert "quick" not in findings()


def test_a_form_without_a_time_is_held_with_that_reason(visitor, post):
    assert send(visitor, post, stamp="").status_code == 302
    assert findings() == {"undated", "first"}


@pytest.mark.django_db(transaction=True)
def test_a_browser_without_scripts_sends_the_form_time_and_stays_anonymous(browser, live_server):
    post = factories.post()
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    with tab.expect_response("**/comments/opened/"):
        tab.goto(live_server.url + post.get_absolute_url())
    assert tab.goto(live_server.url + post.get_absolute_url()).headers["cache-control"].startswith("public")
    tab.fill("#respond [name=name]", "Bob")
    tab.fill("#respond [name=email]", "bob@example.net")
    tab.fill("#respond [name=body]", "A word without a script.")
    tab.click("#respond [value=send]")
    tab.wait_for_url("**/comments/receipt/**")
    assert "undated" not in findings()
    names = [cookie["name"] for cookie in context.cookies()]
    assert sorted(names) == [FORM_TIME_COOKIE, f"{COOKIE_PREFIX}{Comment.objects.get().pk}"]
    context.close()
