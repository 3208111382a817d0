"""The same way in a real browser with JavaScript off: author, readers, moderator, and everybody who reads."""

import re

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from comments.models import Comment
from tests import factories


@pytest.fixture
def open_browser(browser, live_server):
    """Open the browser of one more person, without JavaScript; the pages end with the test."""
    contexts = []

    def open_one() -> Page:
        context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", name)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/admin/$"))


def write_comment(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"#respond [name={name}]", text)
    page.click("#respond button[value=send]")


@pytest.fixture
def people(transactional_db):
    factories.author("Alice Verey", slug="alice", user=factories.user("alice", group="Author"))
    factories.user("mona", group="Moderator")


def test_a_post_is_written_answered_approved_and_read_without_javascript(people, open_browser):
    alice, bahrom, mona, reader = (open_browser() for _ in range(4))

    sign_in(alice, "alice")
    alice.goto("/admin/blog/post/add/")
    alice.fill("[name=title]", "The hour of the samovar")
    alice.fill("[name=body]", "Water *first*.\n\nThen patience.")
    alice.click("button[name=status][value=published]")
    expect(alice).to_have_url(re.compile(r"/change/$"))
    expect(alice.locator(".messagelist .success")).to_have_text("Published. View it")
    address = Post.objects.get().get_absolute_url()

    bahrom.goto("/")
    bahrom.get_by_role("link", name="The hour of the samovar").first.click()
    expect(bahrom.locator("h1")).to_have_text("The hour of the samovar")
    expect(bahrom.locator(".prose em")).to_have_text("first")
    write_comment(bahrom, name="Bahrom", email="bahrom@example.net", website="none", body="How much *sugar*?")
    expect(bahrom.locator("#respond [name=body]")).to_have_value("How much *sugar*?")
    expect(bahrom.locator(".errors")).to_contain_text("Website")
    bahrom.fill("#respond [name=website]", "")
    bahrom.click("#respond button[value=preview]")
    expect(bahrom.locator(".preview em")).to_have_text("sugar")
    bahrom.click("#respond button[value=send]")
    expect(bahrom.locator("h1")).to_have_text("Waiting for a moderator")
    receipt = bahrom.url

    reader.goto(address)
    expect(reader.locator(".comment")).to_have_count(0)

    sign_in(mona, "mona")
    mona.goto("/admin/comments/comment/queue/")
    expect(mona.locator(".queue-item__name")).to_have_text("Bahrom")
    mona.locator(".queue-item").get_by_role("button", name="Approve").click()
    expect(mona.locator(".queue-item")).to_have_count(0)

    bahrom.goto(receipt)
    expect(bahrom.locator("h1")).to_have_text("Your comment is published")
    alice.goto(address)
    alice.click(".comment__reply")
    expect(alice.locator(".comment #respond .respond__heading")).to_contain_text("Bahrom")
    write_comment(alice, body="Two lumps, Bahrom.")
    expect(alice).to_have_url(re.compile(rf"{address}#comment-\d+$"))

    reader.goto(address)
    expect(reader.locator(".conversation__count")).to_have_text("2 comments")
    expect(reader.locator(".comment__author > bdi")).to_have_text(["Bahrom", "Alice Verey"])
    expect(reader.locator(".badge")).to_have_text("author")
    reply = Comment.objects.get(parent__isnull=False)
    expect(reader.locator(f"#comment-{reply.pk} .comment__body")).to_have_text("Two lumps, Bahrom.")
    reader.goto(f"/comments/{reply.pk}/")
    expect(reader).to_have_url(re.compile(rf"{address}#comment-{reply.pk}$"))
