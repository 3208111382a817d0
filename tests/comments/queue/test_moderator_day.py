"""A moderator's whole day: once with keys alone, once on a phone without script."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment, Reason, Report
from comments.status import Status
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["Ann", "Ben", "Cat", "Dan", "Eve", "Fay"]


@pytest.fixture
def day() -> dict[str, Comment]:
    """Six comments wait, and one that is published was reported."""
    post = factories.post()
    Reason.objects.all().delete()
    Reason.objects.create(words="Beside the point.", place=1)
    Reason.objects.create(words="Rude.", place=2)
    comments = {
        name: factories.comment(post, name=name, status=Status.PENDING, email=f"{name.lower()}@example.net")
        for name in NAMES
    }
    comments["Gus"] = factories.comment(post, name="Gus")
    Report.objects.create(comment=comments["Gus"], kind="rude", words="He shouts.", sender="1")
    Comment.objects.filter(pk=comments["Gus"].pk).update(open_report_count=1)
    return comments


def states(day: dict[str, Comment]) -> dict[str, str]:
    found = dict(Comment.objects.values_list("pk", "status"))
    return {name: found[comment.pk] for name, comment in day.items()}


ENDED = {"Ann": "approved", "Ben": "spam", "Cat": "removed", "Dan": "approved", "Eve": "approved", "Fay": "approved",
         "Gus": "approved"}  # fmt: skip


def assert_recorded(day: dict[str, Comment]) -> None:
    """What both days leave behind."""
    assert states(day) == ENDED
    assert day["Cat"].decisions.first().reason == "Rude."
    reply = Comment.objects.get(parent=day["Dan"])
    assert (reply.status, reply.body) == ("approved", "Thank you.")
    edited = Comment.objects.get(pk=day["Eve"].pk)
    assert (edited.body, edited.edit_note) == ("Shorter.", "A number taken out")
    assert [decision.to_status for decision in day["Fay"].decisions.all()] == ["approved", "pending", "spam", "pending"]
    assert not Comment.objects.exclude(open_report_count=0).exists()


def test_with_keys_alone(open_admin, live_server, day):
    page = open_admin(name="mona")
    page.goto(f"{live_server.url}/admin/")
    keys, current = page.keyboard, page.locator(".queue-item[aria-current]")

    def assert_at(name: str) -> None:
        expect(current.locator(".queue-item__name")).to_have_text(name)
        expect(current).to_be_focused()

    def assert_told(words: str) -> None:
        expect(page.locator("[data-notice]").first).to_contain_text(words)
        expect(page.locator("[data-live]")).to_contain_text(words)

    page.get_by_role("link", name=re.compile("comments are waiting for a moderator")).focus()
    keys.press("Enter")
    page.wait_for_url("**/queue/")
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    keys.press("a")  # with no comment at hand it only goes to the first: what readers reported
    assert_at("Gus")
    expect(current).to_contain_text("He shouts.")
    keys.press("a")
    assert_told("Reports dismissed")
    assert_at("Ann")
    keys.press("j")
    assert_at("Ben")
    keys.press("k")
    assert_at("Ann")
    keys.press("a")
    assert_told("Approved: Ann")
    assert_at("Ben")
    # On a Cyrillic keyboard the same key has another letter.
    current.dispatch_event("keydown", {"key": "ы", "code": "KeyS", "bubbles": True})
    assert_told("Marked as spam: Ben")
    assert_at("Cat")

    keys.press("r")
    expect(current.locator("select[name=reason]")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Enter")
    assert_told("Removed: Cat")
    assert_at("Dan")

    keys.press("w")
    expect(current.locator("[name=answer]")).to_be_focused()
    keys.type("Thank you.")
    keys.press("Control+Enter")
    assert_told("Approved, and replied to: Dan")
    assert_at("Eve")

    keys.press("e")
    keys.press("Control+A")
    keys.type("Shorter.")
    keys.press("Tab")
    keys.type("A number taken out")
    keys.press("Enter")
    assert_told("Approved: Eve")
    assert_at("Fay")

    keys.press("s")
    assert_told("Marked as spam: Fay")
    expect(page.locator(".queue__empty")).to_be_focused()
    keys.press("u")
    assert_told("Undone.")
    assert_at("Fay")
    keys.press("a")
    assert_told("Approved: Fay")

    page.get_by_role("link", name="Reported").focus()
    keys.press("Enter")
    page.wait_for_url("**show=reported")
    expect(page.locator(".queue__empty")).to_be_visible()

    assert_recorded(day)
    assert page.said == []


def test_on_a_phone_without_script(open_admin, live_server, day):
    page = open_admin(name="mona", width=360, script=False)
    page.goto(f"{live_server.url}/admin/")

    def comment(name: str):
        return page.locator(".queue-item", has=page.locator(f"#writer-{day[name].pk}"))

    def press(name: str, words: str) -> None:
        comment(name).get_by_role("button", name=words).first.click()

    page.get_by_role("link", name=re.compile("comments are waiting for a moderator")).click()
    press("Gus", "Dismiss reports")
    press("Ann", "Approve")
    press("Ben", "Spam")

    comment("Cat").locator("summary.verb--remove").click()
    comment("Cat").locator("[name=reason]").select_option(label="Rude.")
    press("Cat", "Remove comment")

    comment("Dan").locator("summary", has_text=re.compile(r"^\s*Reply\s*$")).click()
    comment("Dan").locator("[name=answer]").fill("Thank you.")
    press("Dan", "Approve and reply")

    comment("Eve").locator("summary", has_text="Edit").click()
    comment("Eve").locator("[name=words]").fill("Shorter.")
    comment("Eve").locator("[name=why]").fill("A number taken out")
    press("Eve", "Save and approve")

    press("Fay", "Spam")
    expect(page.get_by_text("Nothing is waiting.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    press("Fay", "Approve")

    page.get_by_role("link", name="Reported").click()
    expect(page.get_by_text("There are no open reports.")).to_be_visible()
    assert_recorded(day)
    assert page.said == []


def test_the_second_moderator_is_asked_again_in_the_page(open_admin, live_server, day):
    page = open_admin(name="mona")
    page.goto(f"{live_server.url}/admin/comments/comment/queue/")
    nora = factories.user("nora", group="Moderator", first_name="Nora")
    factories.approve(Comment.objects.get(pk=day["Ann"].pk), via="desk", by=nora)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.get_by_text("already approved by Nora").first).to_be_visible()
    expect(page.locator("[data-confirmation]")).to_be_focused()
    page.get_by_role("button", name="Mark as spam anyway").click()
    expect(page.locator("[data-notice]").first).to_contain_text("Marked as spam: Ann")
    assert states(day)["Ann"] == "spam"
    assert [text for text in page.said if "409" not in text] == []
