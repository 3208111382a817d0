"""Subscribing in a real browser, with and without JavaScript: from the post to the email and back."""

import re

import pytest
from django.core.cache import cache

from comments.models import Comment, Subscription
from comments.status import Via
from comments.web import tokens
from tests import factories
from tests.comments.mail.outbox_helpers import run_mail_tasks
from tests.comments.mail_server import FaultyServer


@pytest.fixture
def server(settings, live_server):
    """A mail server that the site uses; the links in emails lead to the live server."""
    cache.clear()
    settings.SITE_URL, settings.HOST = live_server.url, "localhost"
    with FaultyServer() as server:
        options = {"host": "127.0.0.1", "port": server.port, "timeout": 5}
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
        yield server


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request, browser, live_server):
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=request.param)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    yield page
    context.close()


def link(server, words: str) -> str:
    """The link of that kind in the newest email."""
    return re.search(rf"http\S+{words}\S*", server.taken[-1].get_body(("plain",)).get_content())[0]


def test_a_reader_subscribes_to_a_conversation_and_unsubscribes(page, server, live_server, transactional_db):
    from playwright.sync_api import expect

    post = factories.post()
    page.goto(live_server.url + post.get_absolute_url())
    page.get_by_role("link", name="Follow", exact=True).click()
    page.locator("[name=email]").fill("ann@example.net")
    page.get_by_role("button", name="Subscribe by email").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    run_mail_tasks()
    page.goto(link(server, "/subscribe/confirm/"))
    expect(page.get_by_text("New comments on “The tea house”")).to_be_visible()
    assert not Subscription.objects.exists()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Your subscriptions")).to_be_visible()

    # Now this browser is signed in: the next subscription needs no email.
    page.goto(f"{live_server.url}/subscribe/")
    page.locator("[name=email]").fill("ann@example.net")
    page.get_by_label("Daily digest", exact=True).check()
    page.get_by_label("Hour of the daily digest").select_option("21:00")
    page.get_by_role("button", name="Subscribe by email").click()
    expect(page.locator(".subscriptions__item")).to_have_count(2)
    assert len(server.taken) == 1

    comment = factories.comment(post, body="Green tea.")
    run_mail_tasks()
    page.goto(link(server, r"\?since="))
    expect(page.locator(f"#comment-{comment.pk}")).to_be_visible()
    page.goto(link(server, "/subscribe/off/"))
    page.get_by_role("button", name="Unsubscribe: New comments").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    factories.comment(post)
    run_mail_tasks()
    assert len(server.taken) == 2
    assert page.said == []


def test_a_reader_changes_their_subscriptions(page, server, live_server, transactional_db):
    from playwright.sync_api import expect

    ann = factories.reader("ann@example.net")
    factories.subscription(factories.post(), by=ann)
    factories.subscription(by=ann)
    comment = factories.comment(factories.post(), email="ann@example.net")
    page.goto(f"{live_server.url}/you/prove/{tokens.make_token(tokens.VERIFY, comment.reader_id, comment.pk)}/")
    page.get_by_role("button", name="Confirm").click()
    page.goto(f"{live_server.url}/subscribe/mine/")
    page.get_by_role("button", name="Switch to daily: All new posts").click()
    expect(page.get_by_role("button", name="Switch to straight away: All new posts")).to_be_visible()
    page.get_by_label("Hour of the daily digest").select_option("06:00")
    page.get_by_label("Time zone").select_option("Tashkent")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tashkent")
    page.get_by_role("button", name="Unsubscribe: New comments").click()
    expect(page.locator(".subscriptions__item")).to_have_count(1)
    page.get_by_role("button", name="Unsubscribe from everything").click()
    expect(page.get_by_text("You have no subscriptions.")).to_be_visible()
    assert page.said == []


def test_a_reader_who_ticks_the_box_gets_replies_once_verified(page, server, live_server, transactional_db):
    from playwright.sync_api import expect

    post = factories.post()
    page.goto(live_server.url + post.get_absolute_url())
    for label, value in (("Name", "Ann"), ("Email", "ann@example.net"), ("Comment", "Is it true?")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Email me about replies").check()
    page.get_by_role("button", name="Post comment").click()
    sent = "We have sent a link to a…@example.net; replies are emailed to you once you open it."
    expect(page.locator(".receipt__sent, .comment__outcome")).to_contain_text(sent)
    comment = Comment.objects.get()
    factories.approve(comment, via=Via.DESK)
    run_mail_tasks()
    page.goto(link(server, "/you/prove/"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("We will email you about replies.")).to_be_visible()
    factories.comment(post, parent=comment, name="Bob", body="It is.")
    run_mail_tasks()
    assert server.taken[-1]["To"] == "ann@example.net"
    assert "Bob replied to your comment" in server.taken[-1].get_body(("plain",)).get_content()
    assert page.said == []
