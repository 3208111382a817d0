"""A card of comments from one hand: by touch on a phone without script, and from the keyboard with it."""

import pytest
from playwright.sync_api import expect

from comments.families.signs import SignKind, first_key
from comments.models import Comment, CommentSign, PartedComment
from comments.status import Status
from tests import factories
from tests.boxes import box_of

QUEUE = "/admin/comments/comment/queue/"
pytestmark = pytest.mark.django_db(transaction=True)


def from_one_hand(count: int) -> list[Comment]:
    post = factories.post()
    comments = [factories.comment(post, status=Status.PENDING, name=f"{'W' * 50} {number}") for number in range(count)]
    for comment in comments:
        CommentSign.objects.add(comment.pk, [first_key(SignKind.LINK), first_key(SignKind.DOMAIN)])
    return comments


def statuses() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


def test_on_a_phone_without_script_a_member_is_parted_and_the_others_are_decided(open_admin, live_server):
    from_one_hand(3)
    page = open_admin(width=360, script=False, has_touch=True, is_mobile=True)
    page.goto(live_server.url + QUEUE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    card = page.locator(".family")
    for target in card.locator("button:visible, label:visible, summary.verb").all():
        box = box_of(target)
        assert min(box["width"], box["height"]) >= 44, target.evaluate("one => one.outerHTML")
    card.get_by_role("button", name="Not one of them").first.click()
    assert page.locator(".family__member").count() == 2
    page.locator(".family").get_by_role("button", name="Mark selected as spam").click()
    assert (statuses(), PartedComment.objects.count()) == (["pending", "spam", "spam"], 1)
    page.get_by_role("button", name="Undo", exact=True).click()
    assert statuses() == ["pending"] * 3


def test_from_the_keyboard_a_card_is_one_step_and_one_key(open_admin, live_server):
    from_one_hand(3)
    page = open_admin()
    page.goto(live_server.url + QUEUE)
    page.keyboard.press("j")
    expect(page.locator(".family")).to_be_focused()
    page.locator(".family input[type=checkbox]").first.press("Space")
    page.keyboard.press("s")
    expect(page.locator(".family")).to_have_count(0)
    assert (statuses(), page.said) == (["pending", "spam", "spam"], [])
    page.keyboard.press("u")
    expect(page.locator(".family")).to_have_count(1)
    assert statuses() == ["pending"] * 3
