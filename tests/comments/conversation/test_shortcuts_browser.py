"""Reading on in a browser: keys, folds and links with scripts; and what of it works without any."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import int_to_base36
from playwright.sync_api import expect

from comments.models import Comment
from comments.threads.layout import COMMENTS_PER_PAGE
from tests import factories
from tests.boxes import box_of
from tests.comments.comment_pages import long_thread

EARLIER = timezone.now() - timedelta(days=2)
# New, and yet before the second in which a reader asks to be shown what is new: that one still counts as unread.
LATELY = timezone.now() - timedelta(minutes=1)
SINCE = int((timezone.now() - timedelta(days=1)).timestamp())


@pytest.fixture
def post(transactional_db):
    return factories.post(slug="tea")


@pytest.fixture
def thread(post) -> list[Comment]:
    """A thread in which the second and the last are new, and the last is the deepest reply."""
    first = factories.comment(post, body="One " * 200)
    second = factories.comment(post, parent=first)
    third = factories.comment(post, body="Three " * 200)
    deep = [third]
    for _ in range(6):
        deep.append(factories.comment(post, parent=deep[-1]))
    Comment.objects.update(decided_at=EARLIER)
    Comment.objects.filter(pk__in=[second.pk, deep[-1].pk]).update(decided_at=LATELY)
    return [first, second, *deep]


@pytest.fixture
def pages(post) -> list[int]:
    """A thread of three pages with a new comment on the first and on the last."""
    numbers = long_thread(post, 2 * COMMENTS_PER_PAGE + 20)
    new = [numbers[1], numbers[-1]]
    Comment.objects.exclude(pk__in=new).update(decided_at=EARLIER)
    return new


def assert_at(page, comment) -> None:
    expect(page.locator(f"#comment-{getattr(comment, 'pk', comment)}")).to_be_focused()
    expect(page.locator(f"#comment-{getattr(comment, 'pk', comment)}")).to_be_in_viewport()


# Without scripts


def test_without_scripts_links_lead_from_new_to_new_across_pages_and_back(people, pages, post):
    page = people.page(f"{post.get_absolute_url()}?since={SINCE}", java_script_enabled=False)
    expect(page.locator(".conversation__unread")).to_contain_text("2 new since")
    page.get_by_role("link", name="Go to the first new comment").click()
    expect(page).to_have_url(re.compile(rf"#comment-{pages[0]}$"))
    page.locator(f"#comment-{pages[0]}").get_by_role("link", name="next new").click()
    expect(page).to_have_url(re.compile(rf"comment-page-3/\?since={SINCE}#comment-{pages[1]}$"))
    last = page.locator(f"#comment-{pages[1]}")
    expect(last).to_be_in_viewport()
    expect(last.locator(".new")).to_have_text("new")
    last.get_by_role("link", name="previous new").click()
    expect(page.locator(f"#comment-{pages[0]}:target")).to_be_in_viewport()


def remembered(page):
    """The cookies that make this browser somebody."""
    return [cookie for cookie in page.context.cookies() if cookie["name"].startswith("registan_")]


def test_without_scripts_a_reader_asks_to_be_shown_what_is_new_and_takes_it_back(people, thread, post):
    page = people.page(post.get_absolute_url(), java_script_enabled=False)
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Mark new comments next time").click()
    expect(page).to_have_url(re.compile(r"/tea/#comments$"))
    expect(page.locator(".comment--new")).to_have_count(0)
    (cookie,) = remembered(page)
    assert (cookie["name"], cookie["httpOnly"]) == ("registan_read", True)
    before = cookie["value"].replace("~", "").split("-")[0]
    days_ago = int((timezone.now() - timedelta(days=1)).timestamp())
    page.context.add_cookies([{**cookie, "value": f"{before}-{int_to_base36(days_ago)}-{int_to_base36(days_ago)}~"}])
    page.reload()
    expect(page.locator(".comment--new")).to_have_count(2)
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Stop marking new comments").click()
    expect(page.locator(".comment--new")).to_have_count(0)
    assert remembered(page) == []


def test_without_scripts_branches_fold_and_nothing_is_offered_that_needs_them(people, thread, post):
    page = people.page(post.get_absolute_url(), java_script_enabled=False)
    page.get_by_text("Reading", exact=True).click()
    for name in ("Keyboard shortcuts", "Collapse all"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    reply = page.locator(f"#comment-{thread[1].pk}")
    expect(reply).to_be_visible()
    page.get_by_text("1 reply", exact=True).click()
    expect(reply).not_to_be_visible()
    page.get_by_text("1 reply", exact=True).click()
    expect(reply).to_be_visible()


def test_a_link_to_a_comment_in_a_closed_fold_opens_it(people, thread, post):
    page = people.page(post.get_absolute_url(), java_script_enabled=False)
    last, root = thread[-1], thread[2]
    page.locator(".branch--l1 > summary").nth(1).click()
    expect(page.locator(f"#comment-{last.pk}")).not_to_be_visible()
    page.goto(f"{post.get_absolute_url()}#comment-{last.pk}")
    expect(page.locator(f"#comment-{last.pk}")).to_be_in_viewport()
    expect(page.locator(f"#comment-{root.pk}")).to_be_visible()


# Keys


def test_j_and_k_go_from_new_to_new(people, thread, post):
    page = people.page(f"{post.get_absolute_url()}?since={SINCE}")
    page.keyboard.press("j")
    assert_at(page, thread[1])
    page.keyboard.press("j")
    assert_at(page, thread[-1])
    page.keyboard.press("j")
    assert_at(page, thread[-1])
    page.keyboard.press("k")
    assert_at(page, thread[1])


def test_pressing_keys_faster_than_the_page_scrolls_loses_no_step(browser, live_server, post, thread):
    page = browser.new_page()  # with motion, as most readers have it
    page.goto(f"{live_server.url}{post.get_absolute_url()}?since={SINCE}")
    for key, comment in [("j", thread[1]), ("j", thread[-1]), ("k", thread[1])]:
        page.keyboard.press(key)
        expect(page.locator(f"#comment-{comment.pk}")).to_be_focused()
    page.close()


def test_where_nothing_is_new_they_go_from_comment_to_comment(people, thread, post):
    page = people.page(post.get_absolute_url())
    for index in (0, 1, 2, 3):
        page.keyboard.press("j")
        assert_at(page, thread[index])
    page.keyboard.press("k")
    assert_at(page, thread[2])


def test_they_go_on_to_other_pages(people, pages, post):
    page = people.page(f"{post.get_absolute_url()}comment-page-2/?since={SINCE}")
    page.keyboard.press("j")
    assert_at(page, pages[0])
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"comment-page-3/"))
    assert_at(page, pages[1])
    page.keyboard.press("k")
    assert_at(page, pages[0])


def test_the_keys_open_a_closed_fold_they_pass(people, thread, post):
    page = people.page(f"{post.get_absolute_url()}?since={SINCE}")
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Collapse all").click()
    expect(page.locator(f"#comment-{thread[1].pk}")).not_to_be_visible()
    page.keyboard.press("j")
    assert_at(page, thread[1])


def test_p_goes_to_what_a_comment_answers_and_back_again(people, thread, post):
    page = people.page(f"{post.get_absolute_url()}#comment-{thread[-1].pk}")
    page.keyboard.press("p")
    assert_at(page, thread[-2])
    page.keyboard.press("p")
    assert_at(page, thread[-1])
    page.keyboard.press("p")
    assert_at(page, thread[-2])
    for comment in thread[-3:1:-1]:
        page.keyboard.press("Shift+P")
        assert_at(page, comment)


def test_p_leads_to_another_page_and_back(people, post):
    numbers = long_thread(post, 2 * COMMENTS_PER_PAGE, chain=True)
    page = people.page(f"{post.get_absolute_url()}comment-page-2/#comment-{numbers[COMMENTS_PER_PAGE]}")
    page.keyboard.press("p")
    assert_at(page, numbers[COMMENTS_PER_PAGE - 1])
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(r"comment-page-2/"))
    assert_at(page, numbers[COMMENTS_PER_PAGE])


def test_the_keys_are_listed_by_a_button_and_by_a_key_and_can_be_switched_off(people, thread, post):
    page = people.page(post.get_absolute_url())
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Use keyboard shortcuts").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    for key in ("?", "j"):
        page.keyboard.press(key)
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(dialog.get_by_label("Use keyboard shortcuts")).not_to_be_checked()
    assert page.locator(".comment:focus").count() == 0


def test_a_key_typed_into_a_field_is_a_letter(people, thread, post):
    page = people.page(f"{post.get_absolute_url()}?since={SINCE}")
    page.locator("#respond [name=body]").press_sequentially("jkp?")
    expect(page.locator("#respond [name=body]")).to_be_focused()
    expect(page.locator("#respond [name=body]")).to_have_value("jkp?")
    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_other_alphabets_have_the_keys_in_the_same_places(people, thread, post):
    page = people.page(f"{post.get_absolute_url()}?since={SINCE}")
    press(page, "о", "KeyJ")  # Cyrillic
    assert_at(page, thread[1])
    press(page, "h", "KeyK")  # Dvorak, where this key says h
    assert_at(page, thread[1])
    press(page, "k", "KeyV")  # and this one k
    assert_at(page, thread[1])
    press(page, "j", "KeyC")
    assert_at(page, thread[-1])


def press(page, key: str, code: str) -> None:
    page.evaluate(
        "how => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { ...how, bubbles: true }))",
        {"key": key, "code": code},
    )


# What stands where


def test_all_branches_fold_and_unfold_together(people, thread, post):
    page = people.page(post.get_absolute_url())
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Collapse all").click()
    expect(page.locator(f"#comment-{thread[1].pk}")).not_to_be_visible()
    expect(page.locator(f"#comment-{thread[0].pk}")).to_be_visible()
    page.get_by_role("button", name="Expand all").click()
    expect(page.locator(f"#comment-{thread[-1].pk}")).to_be_visible()
    expect(page.get_by_role("button", name="Collapse all")).to_be_visible()


@pytest.mark.parametrize(("width", "steps", "said"), [(360, 3, 4), (1280, 5, 2)])
def test_five_levels_on_a_screen_and_two_steps_on_a_phone(people, thread, post, width, steps, said):
    page = people.page(post.get_absolute_url())
    page.set_viewport_size({"width": width, "height": 800})
    lefts = [box_of(page.locator(f"#comment-{comment.pk} .comment__body"))["x"] for comment in thread[2:]]
    assert len(set(lefts)) == steps
    assert sum(page.locator(f"#comment-{comment.pk} .comment__parent").is_visible() for comment in thread[2:]) == said


def test_an_old_link_to_a_page_that_the_comment_has_left_finds_it(people, post):
    numbers = long_thread(post, COMMENTS_PER_PAGE + 1)
    page = people.page(f"{post.get_absolute_url()}#comment-{numbers[-1]}")
    expect(page).to_have_url(re.compile(rf"comment-page-2/#comment-{numbers[-1]}$"))
    assert_at(page, numbers[-1])


def test_an_old_link_to_a_comment_that_is_gone_stays_where_it_leads(people, thread, post):
    page = people.page(f"{post.get_absolute_url()}#comment-999999")
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/tea/#comment-999999")
    expect(page.locator("h1")).to_have_text("The tea house")


def test_the_shortcuts_are_not_fetched_before_a_key_is_pressed(people, thread, post):
    page = people.context().new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(post.get_absolute_url())
    page.wait_for_load_state("networkidle")
    assert {url.rsplit("/", 1)[-1] for url in asked} == {"", "site.css", "star.svg", "reader.js"}
    with page.expect_response("**/thread-shortcuts.js"):
        page.keyboard.press("j")
