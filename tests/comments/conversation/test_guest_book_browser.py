"""A page with a conversation in a browser: write, be published, be answered; with scripts and without; axe looks on."""

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.models import Page as SitePage
from comments.models import Comment
from comments.status import Via
from tests import factories
from tests.comments.browsers import expect_waiting, fill


@pytest.fixture
def guests(transactional_db) -> SitePage:
    return factories.guest_book(title="Guest book", body="Say **something**.")


def latest(page: Page) -> Locator:
    return page.locator(f"#comment-{Comment.objects.latest('pk').pk}")


def write_and_publish(page: Page, address: str, *, with_script: bool, **typed: str) -> Comment:
    """Type into the form of the page that is open, send it, and let a moderator publish it; the page is open again."""
    fill(page, **typed)
    page.click("#respond [value=send]")
    if with_script:
        expect_waiting(page)
    else:
        expect(page.locator("h1")).to_have_text("Waiting for a moderator")
        page.get_by_role("link", name="Guest book").first.click()
        expect(page).to_have_title("Guest book · Registan")
    comment = Comment.objects.latest("pk")
    factories.approve(comment, via=Via.DESK)
    page.goto(address)
    expect(latest(page)).to_contain_text(typed["body"])
    return comment


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "none"])
def test_a_comment_and_the_answer_to_it(people, guests, with_script):
    address = guests.get_absolute_url()
    bob = people.page(address, java_script_enabled=with_script)
    first = write_and_publish(bob, address, with_script=with_script, body="Hello from Samarkand.")
    assert first.subject == guests
    ann = people.page(address, java_script_enabled=with_script)
    ann.locator(f"#comment-{first.pk} > .comment__reply").click()
    expect(ann.locator("#respond-heading")).to_have_text("Reply to Bob")
    reply = write_and_publish(
        ann, address, with_script=with_script, name="Ann", email="ann@example.net", body="Hello from Bukhara."
    )
    assert reply.parent == first
    bob.goto(f"/comments/{reply.pk}/")
    expect(bob).to_have_url(f"{people.base_url}{address}#comment-{reply.pk}")
    expect(bob.locator(f"#comment-{reply.pk}:target")).to_be_in_viewport()


def test_axe_finds_nothing_in_any_state_of_it(axe, guests):
    address = guests.get_absolute_url()
    comment = factories.comment(guests)
    factories.comment(guests, parent=comment)
    axe.check_urls({"read": address, "reply": f"{address}?reply={comment.pk}", "whole": f"{address}discussion/"})
    axe.go(address)
    axe.page.locator(f"#comment-{comment.pk} > .comment__reply").click()
    axe.check("reply in place")
    fill(axe.page, name=" ", body="Words.")
    axe.page.click("#respond [value=send]")
    expect(axe.page.locator(".errorlist")).to_be_visible()
    axe.check("refused")
    axe.page.fill("#respond [name=name]", "Bob")
    axe.page.click("#respond [value=send]")
    expect_waiting(axe.page)
    axe.check("waiting")
    assert axe.violations == []
