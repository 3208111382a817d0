"""A reader's own pages in a browser, with and without JavaScript: verification, claims, edits, erasure."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from comments.models import Comment, Erasure, Message, Reader
from comments.readers import session
from comments.status import Status, Via
from tests import factories


@pytest.fixture(params=[True, False], ids=["with script", "without"])
def page(request, browser, live_server, transactional_db, settings):
    """A reader's browser; what its console complains of is in `page.said`."""
    settings.SITE_URL = live_server.url
    context = browser.new_context(java_script_enabled=request.param, base_url=live_server.url)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    yield page
    complaints = [text for text in page.said if "Failed to load resource" not in text]
    context.close()
    assert complaints == []


def link_in_mail(key: str) -> str:
    """The link of the newest such email in the outbox."""
    return re.search(r"http\S+", Message.objects.filter(key__startswith=key).latest("pk").text)[0]


def known_as(page: Page, reader: Reader) -> None:
    cookie = factories.reader_client(reader).cookies[session.COOKIE].value
    page.context.add_cookies([{"name": session.COOKIE, "value": cookie, "url": settings.SITE_URL}])


def test_from_an_address_to_a_page_of_ones_own_and_to_what_one_wrote_before(page):
    post = factories.post()
    factories.comment(post, body="Long ago, from elsewhere.")
    page.goto("/")
    page.get_by_role("link", name="Your comments").click()
    page.get_by_label("Email").fill("bob@example.net")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.locator("h1")).to_have_text("Check your inbox")
    page.goto(link_in_mail("proof-"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h1")).to_have_text("Your comments")
    expect(page.locator(".my-comments__email")).to_have_text("bob@example.net")
    page.get_by_role("button", name="I wrote this").click()
    expect(page.locator("#claims")).to_have_count(0)
    expect(page.locator("#yours")).to_contain_text("Long ago, from elsewhere.")
    page.goto(post.get_absolute_url())
    expect(page.locator(".comment__head .comment__verified")).to_have_count(1)


def test_a_comment_is_changed_and_then_withdrawn(page):
    post, bob = factories.post(), factories.reader("bob@example.net")
    for _ in range(3):
        factories.comment(factories.post(), is_verified=True)
    known_as(page, bob)
    page.goto(post.get_absolute_url())
    page.locator("#respond summary", has_text="Commenting as").click()
    for name, text in {"name": "Bob", "body": "The gate is on the north."}.items():
        page.fill(f"#respond [name={name}]", text)
    page.click("#respond button[value=send]")
    expect(page.locator(".comment__body")).to_have_text("The gate is on the north.")
    page.get_by_role("link", name="Edit your comment").click()
    page.locator(":is(.notice, .respond--page) [name=body]").fill("The gate is on the *south*.")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(rf"{post.get_absolute_url()}#comment-\d+$"))
    expect(page.locator(".comment__body em")).to_have_text("south")
    expect(page.locator(".comment__edited")).to_have_text("Edited")
    page.get_by_role("link", name="Withdraw your comment").click()
    page.get_by_role("button", name="Withdraw comment").click()
    expect(page.locator("#yours .state").first).to_have_text("withdrawn by you")
    page.goto(post.get_absolute_url())
    expect(page.locator(".comment")).to_have_count(0)


def test_a_form_that_was_open_when_somebody_answered_keeps_its_text_and_leads_to_a_reply(page):
    post, bob = factories.post(), factories.reader("bob@example.net")
    comment = factories.comment(post, is_verified=True)
    known_as(page, bob)
    page.goto(f"/comments/{comment.pk}/edit/")
    page.get_by_label("Comment").fill("What I would rather have said.")
    factories.comment(post, parent=comment, name="Ann", email="ann@example.net")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("somebody has replied to it")
    expect(page.get_by_label("What you wrote was not saved.")).to_have_value("What I would rather have said.")
    page.get_by_role("link", name="Reply to it instead").click()
    expect(page.locator("#respond .respond__heading")).to_contain_text("Bob")


def test_a_lost_browser_is_ended_from_another(page, browser, live_server):
    bob = factories.reader("bob@example.net")
    lost = browser.new_context(base_url=live_server.url).new_page()
    known_as(lost, bob)
    known_as(page, bob)
    lost.goto("/you/")
    expect(lost.locator("h1")).to_have_text("Your comments")
    page.goto("/you/")
    page.get_by_role("button", name=re.compile("Sign out ?:")).click()
    expect(page.locator(".my-comments__browser")).to_have_count(1)
    lost.goto("/you/")
    expect(lost.locator("h1")).to_have_text("No account needed")
    lost.context.close()
    page.get_by_role("button", name="Sign out of this browser").click()
    expect(page.locator("h1")).to_have_text("No account needed")


def test_everything_is_downloaded_and_then_deleted(page):
    post, bob = factories.post(), factories.reader("bob@example.net")
    comment = factories.comment(post, body="Words to stay.", is_verified=True)
    known_as(page, bob)
    page.goto("/you/")
    for name, words in {
        "For reading (HTML)": b"Words to stay.",
        "For software (JSON)": b'"words": "Words to stay."',
    }.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert words in download.value.path().read_bytes()
    page.locator(".my-comments__erase summary").click()
    page.get_by_label("Keep them, without my name").check()
    page.get_by_role("button", name="Send me the confirmation email").click()
    expect(page.get_by_role("status")).to_contain_text("We have emailed you a link.")
    page.goto(link_in_mail("erase-"))
    page.get_by_role("button", name="Delete my data").click()
    expect(page.locator("h1")).to_have_text("Your data has been deleted")
    call_command("worker", "--once")
    assert not Erasure.objects.exists()
    page.goto(post.get_absolute_url())
    expect(page.locator(".comment__author")).to_have_text("A former reader")
    expect(page.locator(".comment__body")).to_have_text("Words to stay.")
    page.goto("/you/")
    expect(page.locator("h1")).to_have_text("No account needed")
    comment.refresh_from_db()
    assert (comment.email, comment.reader) == ("", None)


def test_a_stranger_who_takes_a_readers_name_waits_and_the_queue_says_why(page, browser, live_server):
    post = factories.post()
    factories.reader("bob@example.net")
    factories.comment(post, name="Bob Baker", is_verified=True)
    page.goto(post.get_absolute_url())
    for name, text in {"name": "Воb Baker", "email": "eve@example.net", "body": "As Bob."}.items():
        page.fill(f"#respond [name={name}]", text)
    page.click("#respond button[value=send]")
    expect(page.get_by_text("It will appear once a moderator has read it.")).to_be_visible()
    waiting = Comment.objects.get(status=Status.PENDING)
    assert "name" in waiting.findings.values_list("kind", flat=True)
    factories.approve(waiting, via=Via.DESK)
    page.goto(post.get_absolute_url())
    expect(page.locator(".comment__head .comment__verified")).to_have_count(1)
