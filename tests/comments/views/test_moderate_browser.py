"""A moderator's day on the public page alone: on a phone with script and without, and by keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from comments.status import Status
from tests import factories
from tests.boxes import box_of

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "has_touch": True, "is_mobile": True}


@pytest.fixture
def comments(transactional_db) -> list[Comment]:
    """Three comments under one post, the second with a long name, and one that waits."""
    post = factories.post()
    shown = [factories.comment(post, name=name) for name in ("Ann", "W" * 60, "Cyril")]
    return [*shown, factories.comment(post, name="Dilnoza", status=Status.PENDING)]


def moderate(page: Page, comment: Comment) -> None:
    """Follow the link at the comment."""
    page.locator(f"#comment-{comment.pk} .comment__moderate").click()
    expect(page.get_by_role("heading", name="Moderate a comment")).to_be_visible()


def status_of(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


@pytest.mark.parametrize("script", [True, False])
def test_a_day_on_a_phone(open_admin, live_server, comments, script):
    first, second, third, waiting = comments
    page = open_admin(name="mona", script=script, **PHONE)
    address = live_server.url + first.post.get_absolute_url()
    page.goto(address)
    expect(page.get_by_role("navigation", name="For the team").get_by_role("link", name="Edit")).to_be_visible()

    moderate(page, waiting)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved: Dilnoza")).to_be_visible()
    assert status_of(waiting) == "approved"

    moderate(page, second)
    page.get_by_label("Reason for removal").select_option(index=1)
    page.get_by_role("button", name="Remove").click()
    notice = page.locator("#moderated")
    expect(notice).to_be_in_viewport()
    expect(page.locator(f"#comment-{second.pk}")).to_have_count(0)
    assert box_of(page.locator(f"#comment-{first.pk}"))["y"] < box_of(notice)["y"]
    assert box_of(notice)["y"] < box_of(page.locator(f"#comment-{third.pk}"))["y"]
    undo = notice.get_by_role("button", name="Undo")
    assert box_of(undo)["height"] >= 44
    undo.click()
    expect(page.locator("#moderated")).to_contain_text("Undone. Published again")
    expect(page.locator(f"#comment-{second.pk}")).to_be_visible()

    moderate(page, third)
    for button in page.locator("main :is(button, select, summary, a.button):visible").all():
        assert box_of(button)["height"] >= 44, button.evaluate("one => one.outerHTML")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Hold").click()
    expect(page.locator(f"#comment-{third.pk}")).to_contain_text("Readers do not see it.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [status_of(comment) for comment in comments] == ["approved", "approved", "pending", "approved"]
    assert page.said == []


@pytest.mark.parametrize("script", [True, False])
def test_a_quarrel_on_a_phone(open_admin, live_server, comments, script):
    first, second, third, _waiting = comments
    other = factories.post("Bread")
    page = open_admin(name="mona", script=script, **PHONE)
    page.goto(live_server.url + first.post.get_absolute_url())

    page.get_by_role("link", name="Conversation").click()
    page.get_by_label("closed").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#moderated")).to_contain_text("The conversation is closed.")
    page.locator("#moderated").get_by_role("button", name="Undo").click()
    expect(page.locator("#moderated")).to_contain_text("Undone. The conversation is open.")

    moderate(page, third)
    page.get_by_role("button", name="Pin above the conversation").click()
    expect(page.locator(".pinned")).to_contain_text(third.body)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    moderate(page, second)
    page.get_by_text("Move to another post").click()
    page.get_by_label("Address of the post").fill(live_server.url + other.get_absolute_url())
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#moderated")).to_contain_text("stand under “Bread”")
    expect(page.locator(f"#comment-{second.pk}")).to_be_visible()

    page.locator("#moderated").get_by_role("button", name="Undo").click()
    expect(page.locator("#moderated")).to_contain_text("Undone.")
    moderate(page, second)
    page.get_by_role("link", name="This reader").click()
    expect(page.get_by_role("heading", name="This reader")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Suspend").click()
    expect(page.locator("#moderated")).to_contain_text("This reader is suspended until")
    page.get_by_role("button", name="Remove what they wrote in the last day").click()
    expect(page.locator("#moderated")).to_contain_text("Removed: 4 comments")
    page.locator("#moderated").get_by_role("button", name="Undo").click()
    expect(page.locator("#moderated")).to_contain_text("Undone.")
    assert [status_of(comment) for comment in comments] == ["approved", "approved", "approved", "pending"]
    assert page.said == []


def test_a_decision_by_keys_begins_and_ends_at_the_comment(open_admin, live_server, comments):
    first = comments[0]
    page = open_admin(name="mona")
    page.goto(live_server.url + first.post.get_absolute_url())
    page.locator(f"#comment-{first.pk} .comment__moderate").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/moderate/"))
    page.get_by_role("button", name="Hold").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#moderated"))
    expect(page.locator("#moderated")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#moderated")).to_contain_text("Undone. Published again")
    expect(page.locator("#moderated")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.comment')?.id") == f"comment-{first.pk}"
    assert status_of(first) == "approved"
    assert page.said == []
