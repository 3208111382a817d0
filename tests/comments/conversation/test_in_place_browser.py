"""Reply, quote, preview, post, edit and report where the reader is; and what is on screen where no script runs."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from comments.models import Comment, Report, Rule
from comments.readers import session
from comments.status import Status
from tests import factories
from tests.boxes import box_of
from tests.comments.browsers import expect_waiting, fill, sign_in
from tests.registan.keyboard import press_control, tab_to


@pytest.fixture
def thread(transactional_db) -> list[Comment]:
    """A post with two threads; the first has a reply."""
    post = factories.post(slug="tea")
    first = factories.comment(post, name="Bahrom", body="Salt goes in first.\n\n" + "Always. " * 300)
    reply = factories.comment(post, name="Vera", parent=first, body="Never.")
    return [first, reply, factories.comment(post, name="Ann", body="Milk?")]


def at(page: Page, comment: Comment) -> Locator:
    return page.locator(f"#comment-{comment.pk}")


def body(page: Page) -> Locator:
    return page.locator("#respond [name=body]")


def link(page: Page, act: str, comment: Comment) -> Locator:
    return at(page, comment).locator(f"> .comment__{act}")


def assert_on_screen(element: Locator) -> None:
    """Assert that it has the focus, and that its upper edge is in the window with some space above."""
    expect(element).to_be_focused()
    expect(element).to_be_in_viewport()
    assert box_of(element)["y"] >= 8


def test_by_keys_alone_a_reply_is_begun_left_taken_up_refused_previewed_and_posted(people, thread):
    first, reply, ann = thread
    page = people.context().new_page()
    asked = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url.rsplit("/", 1)[-1])))
    page.goto(first.post.get_absolute_url())
    tab_to(page, link(page, "reply", reply))
    assert ("script", "in-place.js") not in asked
    page.keyboard.press("Enter")
    expect(at(page, reply).locator("[name=body]")).to_be_focused()
    expect(page.locator("form.respond")).to_have_count(1)
    expect(page.locator("#respond-heading")).to_have_text("Reply to Vera")
    page.keyboard.type("How *much*?")

    page.keyboard.press("Escape")
    expect(link(page, "reply", reply)).to_be_focused()
    expect(page.locator("#respond-heading")).to_have_text("Write a comment")
    expect(body(page)).to_have_value("")
    press_control(page, link(page, "reply", ann))
    expect(body(page)).to_be_focused()
    expect(body(page)).to_have_value("")
    page.keyboard.press("Escape")
    tab_to(page, link(page, "reply", reply), back=True)
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("How *much*?")

    fill(page, name=" ", body="How *much*?")
    body(page).press("Control+Enter")
    assert_on_screen(at(page, reply).locator(".errors"))
    expect(page.locator(".field:has([name=name]) .errorlist")).to_have_text("This field is required.")
    expect(page.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    expect(body(page)).to_have_value("How *much*?")
    page.fill("#respond [name=name]", "Eve")
    press_control(page, page.locator("#respond [value=preview]"))
    assert_on_screen(at(page, reply).locator(".preview"))
    expect(page.locator(".preview em")).to_have_text("much")

    press_control(page, page.locator("#respond [value=send]"))
    expect_waiting(page)
    waiting = Comment.objects.get(parent=reply)
    assert_on_screen(at(page, waiting))
    expect(page.get_by_role("status").filter(has_text="We have your comment.")).to_be_visible()
    expect(page.locator("#comments > form.respond [name=body]")).to_have_value("")
    assert [name for kind, name in asked if kind == "document"] == [""], "no other page was opened"
    page.get_by_role("link", name="Open the receipt").click()
    expect(page.locator("h1")).to_have_text("Waiting for a moderator")


def test_what_is_published_at_once_is_in_the_thread_as_it_stands_now(people, live_server, thread):
    first, _reply, ann = thread
    page = people.context(timezone_id="Asia/Kathmandu").new_page()
    sign_in(page.context, live_server.url, factories.user("mona", group="Moderator"))
    page.goto(first.post.get_absolute_url())
    time = at(page, first).locator("time")
    local = time.evaluate("time => time.firstChild.textContent")
    body(page).fill("A thread of my own.")
    page.locator(".branch__fold").first.click()
    factories.comment(first.post, parent=ann, name="Somebody quick")
    link(page, "reply", ann).click()
    expect(body(page)).to_have_value("")
    page.keyboard.type("Yes.")
    page.click("#respond [value=send]")
    expect(page.locator(".comment:target").locator(".comment__outcome[role=status]")).to_have_text(
        "Your comment is published"
    )
    assert_on_screen(at(page, Comment.objects.get(body="Yes.")))
    assert time.evaluate("time => time.firstChild.textContent") == local
    expect(page.locator(".comment__author")).to_contain_text(["Bahrom", "Vera", "Ann", "Somebody quick"])
    expect(page.locator("#comments-heading")).to_have_text("5 comments")
    expect(page.locator(".branch:not([open])")).to_have_count(1)
    expect(page.locator("#comments > form.respond [name=body]")).to_have_value("A thread of my own.")

    page.goto(factories.post(title="Nobody yet").get_absolute_url())
    body(page).fill("First!")
    page.click("#respond [value=send]")
    expect(page.locator(".comment:target")).to_be_focused()
    expect(page.locator("#comments-heading")).to_have_text("1 comment")
    expect(page.locator(".comment .tile")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_have_text("The tea house")


def test_what_is_quoted_and_what_the_buttons_do_goes_into_the_text_and_back(people, thread):
    first, reply, _ann = thread
    page = people.page(first.post.get_absolute_url())
    body(page).fill("Mine. ")
    link(page, "quote", reply).click()
    expect(at(page, reply).locator("[name=body]")).to_have_value("> Never.\n\n")
    expect(page.locator("#respond [name=sources]")).to_have_value(str(reply.pk))
    page.locator(".reading__open").click()
    page.get_by_role("link", name="Quote the post").click()
    expect(page.locator(".paragraph-choice a").first).to_be_focused()
    expect(page.locator(".reading__menu")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("Mine.\n\n> Tea first, then talk.\n\n")
    expect(page.locator("#respond [name=parent]")).to_have_value("")

    body(page).fill("word")
    for name, changed in (("Bold", "**word**"), ("Link", "[word]()"), ("Quote", "> word")):
        body(page).press("Control+a")
        page.locator("#respond").get_by_role("button", name=name, exact=True).press("Enter")
        expect(body(page)).to_have_value(changed)
        expect(body(page)).to_be_focused()
        page.keyboard.press("Control+z")
        expect(body(page)).to_have_value("word")


def test_an_edit_and_a_report_are_made_below_the_comment(people, live_server, thread):
    first, _reply, ann = thread
    bob = factories.reader("bob@example.net")
    own = factories.comment(first.post, body="First words.", is_verified=True)
    context = people.context()
    value = factories.reader_client(bob).cookies[session.COOKIE].value
    context.add_cookies([{"name": session.COOKIE, "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(first.post.get_absolute_url())
    edit = at(page, own).get_by_role("group", name="Edit your comment")
    at(page, own).get_by_role("link", name="Edit your comment").click()
    expect(edit.locator("[name=body]")).to_be_focused()
    expect(at(page, own).locator(".comment__body")).to_be_hidden()
    edit.locator("[name=body]").press("Control+ArrowLeft")
    edit.get_by_role("button", name="Bold").click()
    expect(edit.locator("[name=body]")).to_have_value("First **words**.")
    edit.locator("[name=body]").fill(" ")
    edit.get_by_role("button", name="Save").click()
    assert_on_screen(edit.locator(".errors"))
    expect(edit.locator(".field .errorlist")).to_be_visible()
    edit.locator("[name=body]").fill("Second words.")
    edit.get_by_role("button", name="Save").click()
    expect(at(page, own).locator(".comment__outcome[role=status]")).to_have_text("Your edit is saved")
    assert_on_screen(at(page, own))
    expect(at(page, own).locator(".comment__body")).to_have_text("Second words.")

    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="third", effect=Rule.Effect.HOLD)
    at(page, own).get_by_role("link", name="Edit your comment").click()
    edit.locator("[name=body]").fill("Third words.")
    edit.get_by_role("button", name="Save").click()
    expect(at(page, own).locator(".comment__waiting")).to_be_visible()
    assert Comment.objects.get(pk=own.pk).status == Status.PENDING

    link(page, "report", ann).click()
    report = at(page, ann).get_by_role("group", name="Report a comment")
    expect(report.get_by_label("It is advertising or spam")).to_be_focused()
    report.get_by_label("In your own words").fill("Carpets.")
    page.keyboard.press("Escape")
    expect(link(page, "report", ann)).to_be_focused()
    expect(report).to_have_count(0)
    page.keyboard.press("Enter")
    report.get_by_label("It attacks somebody").check()
    report.get_by_role("button", name="Send report").click()
    expect(at(page, ann).locator(".comment__outcome")).to_contain_text("A moderator will look at the comment.")
    expect(at(page, ann)).to_be_focused()
    assert Report.objects.get().words == "Carpets."


def test_without_a_network_everything_typed_stays_and_is_sent_later(people, thread):
    first, reply, _ann = thread
    page = people.page(first.post.get_absolute_url())
    fill(page, body="In the tunnel.")
    expect(page.locator("#respond [name=stamp]")).not_to_have_value("")
    page.context.set_offline(True)
    for _ in range(2):
        page.click("#respond [value=send]")
        expect(page.locator("#respond .errors")).to_contain_text("The site cannot be reached.")
        assert_on_screen(page.locator("#respond .errors"))
    link(page, "report", reply).click()
    expect(at(page, reply).get_by_role("status")).to_contain_text("The site cannot be reached.")
    link(page, "reply", reply).click()
    expect(page.locator("#respond-heading")).to_have_text("Reply to Vera")
    page.keyboard.press("Escape")
    expect(body(page)).to_have_value("In the tunnel.")
    page.context.set_offline(False)
    people.said.clear()  # the browser itself complains of what it could not fetch
    page.click("#respond [value=send]")
    expect(page.locator("h1")).to_have_text("Waiting for a moderator")
    assert Comment.objects.get(name="Bob", status=Status.PENDING).body == "In the tunnel."


@pytest.mark.parametrize("script", [True, False])
def test_a_permalink_and_an_error_are_on_screen_at_once(people, thread, script):
    first, _reply, ann = thread
    page = people.page(f"/comments/{ann.pk}/", java_script_enabled=script, reduced_motion="no-preference")
    expect(page).to_have_url(re.compile(rf"#comment-{ann.pk}$"))
    assert_on_screen(at(page, ann))
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    if not script:
        link(page, "reply", first).click()
        expect(at(page, first).locator("#respond-heading")).to_have_text("Reply to Bahrom")
        fill(page, name=" ", body="Words.")
        page.click("#respond [value=send]")
        assert_on_screen(page.locator("#respond .errors"))
