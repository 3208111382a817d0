"""A long thread on a phone without scripts: its pages, its permalinks, its whole, and whom a deep reply answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from comments.threads.layout import COMMENTS_PER_PAGE, MAX_LEVEL, PHONE_LEVEL
from tests import factories
from tests.comments.browsers import readers
from tests.comments.comment_pages import long_thread

PHONE = {"width": 360, "height": 640}


@pytest.fixture
def post(transactional_db):
    return factories.post(slug="tea")


@pytest.fixture
def phone(browser, live_server):
    """A function that opens an address on a phone, or on something as wide as told."""
    with readers(browser, live_server.url) as ours:

        def opened(address: str, width: int = PHONE["width"]) -> Page:
            page = ours.context(java_script_enabled=False).new_page()
            page.set_viewport_size({**PHONE, "width": width})
            page.goto(address)
            return page

        yield opened
        assert ours.said == []


def numbers_of(page: Page):
    """The numbers of the pages above the thread; the same stand again under it."""
    return page.get_by_role("navigation", name="Pages of comments", exact=True)


def assert_on(page: Page, pk: int) -> None:
    """The comment is the target of the address, and the reader sees where it begins."""
    target = page.locator(f"#comment-{pk}:target")
    expect(target.locator(".comment__head")).to_be_in_viewport(ratio=1)
    expect(target).to_contain_text(f"Comment {pk}.")


def assert_narrow_enough(page: Page) -> None:
    """Nothing stands beyond the edge: with a window so wide there is nothing to scroll to."""
    wide = page.locator("html").evaluate("root => root.scrollWidth")
    assert wide <= PHONE["width"]


# Pages


def test_page_numbers_lead_on_and_back(phone, post):
    pks = long_thread(post, 2 * COMMENTS_PER_PAGE + 20)
    page = phone(post.get_absolute_url())
    expect(page.locator(".comment")).to_have_count(COMMENTS_PER_PAGE)
    assert_narrow_enough(page)
    numbers_of(page).get_by_role("link", name="2", exact=True).click()
    expect(page).to_have_url(re.compile(r"/tea/comment-page-2/"))
    expect(page.locator(f"#comment-{pks[COMMENTS_PER_PAGE]}")).to_be_visible()
    expect(numbers_of(page).locator("[aria-current=page]")).to_have_text("2")
    numbers_of(page).get_by_role("link", name="Next").click()
    expect(page.locator(".comment")).to_have_count(20)
    expect(numbers_of(page).get_by_role("link", name="Next")).to_have_count(0)
    numbers_of(page).get_by_role("link", name="Previous").click()
    expect(page).to_have_url(re.compile(r"/tea/comment-page-2/"))
    numbers_of(page).get_by_role("link", name="1", exact=True).click()
    expect(page).to_have_url(re.compile(r"/tea/(#.*)?$"))
    expect(page.locator(f"#comment-{pks[0]}")).to_be_visible()
    expect(numbers_of(page).get_by_role("link", name="Previous")).to_have_count(0)


def test_every_comment_is_reached_by_the_links_below_each_page(phone, post):
    pks, met = long_thread(post, 2 * COMMENTS_PER_PAGE + 20), []
    page = phone(post.get_absolute_url())
    foot = page.get_by_role("navigation", name="Pages of comments (below)")
    for number in (1, 2, 3):
        expect(foot.locator("[aria-current=page]")).to_have_text(str(number))
        met += page.locator(".comment").evaluate_all("all => all.map(one => Number(one.id.split('-')[1]))")
        if number < 3:
            foot.get_by_role("link", name="Next").click()
    assert met == pks


# Permalinks


@pytest.mark.parametrize(
    "place", [0, COMMENTS_PER_PAGE - 1, COMMENTS_PER_PAGE, COMMENTS_PER_PAGE + 57, 2 * COMMENTS_PER_PAGE + 19]
)
def test_a_permalink_lands_with_its_comment_in_view(phone, post, place):
    pks = long_thread(post, 2 * COMMENTS_PER_PAGE + 20)
    page = phone(f"/comments/{pks[place]}/")
    number = place // COMMENTS_PER_PAGE + 1
    where = f"comment-page-{number}/" if number > 1 else ""
    expect(page).to_have_url(re.compile(rf"/tea/{where}#comment-{pks[place]}$"))
    assert_on(page, pks[place])


def test_the_time_of_a_comment_on_the_second_page_is_its_permalink(phone, post):
    pks = long_thread(post, COMMENTS_PER_PAGE + 30)
    page = phone(f"{post.get_absolute_url()}comment-page-2/")
    page.locator(f"#comment-{pks[-1]} .comment__time").click()
    expect(page).to_have_url(re.compile(rf"/comment-page-2/#comment-{pks[-1]}$"))
    assert_on(page, pks[-1])


# The whole


def test_the_whole_discussion_is_one_link_away_with_every_comment_and_leads_back(phone, post):
    pks = long_thread(post, COMMENTS_PER_PAGE + 30)
    page = phone(post.get_absolute_url())
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("link", name="View as one page").click()
    expect(page).to_have_url(re.compile(r"/tea/discussion/$"))
    expect(page.locator(".comment")).to_have_count(len(pks))
    assert_narrow_enough(page)
    page.get_by_role("link", name=post.title).first.click()
    expect(page).to_have_url(re.compile(r"/tea/(#.*)?$"))


# Whom a reply answers


@pytest.fixture
def chain(post):
    """Each answers the one before, deeper than any indent."""
    made, parent = [], None
    for number in range(MAX_LEVEL + 2):
        parent = factories.comment(post, parent=parent, name=f"Reader {number}", body="Words. " * 200)
        made.append(parent)
    return made


def answers(page: Page, comment):
    return page.locator(f"#comment-{comment.pk} .comment__parent")


def test_on_a_phone_what_is_too_deep_to_be_indented_says_whom_it_answers_and_leads_there(phone, post, chain):
    page = phone(post.get_absolute_url())
    assert_narrow_enough(page)
    for comment in chain[:PHONE_LEVEL]:
        expect(answers(page, comment).filter(visible=True)).to_have_count(0)
    for parent, comment in zip(chain[PHONE_LEVEL - 1 :], chain[PHONE_LEVEL:], strict=False):
        expect(answers(page, comment)).to_have_text(f"in reply to {parent.name}")
        expect(answers(page, comment)).to_be_visible()
        answers(page, comment).get_by_role("link").click()
        expect(page.locator(f"#comment-{parent.pk}:target .comment__head")).to_be_in_viewport()


def test_a_wider_window_says_so_only_of_what_its_indents_cannot_show(phone, post, chain):
    page = phone(post.get_absolute_url(), width=1000)
    for comment in chain[:MAX_LEVEL]:
        expect(answers(page, comment).filter(visible=True)).to_have_count(0)
    for comment in chain[MAX_LEVEL:]:
        expect(answers(page, comment)).to_be_visible()


def test_a_reply_at_the_head_of_a_page_leads_to_its_parent_on_the_page_before(phone, post):
    pks = long_thread(post, COMMENTS_PER_PAGE + 5, chain=True)
    page = phone(f"{post.get_absolute_url()}comment-page-2/")
    first = page.locator(f"#comment-{pks[COMMENTS_PER_PAGE]} .comment__parent")
    expect(first).to_have_text("in reply to Bob")
    first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/tea/#comment-{pks[COMMENTS_PER_PAGE - 1]}$"))
    assert_on(page, pks[COMMENTS_PER_PAGE - 1])
