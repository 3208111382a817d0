"""Passages, quotations and print in a real browser, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.boxes import box_of

BODY = """Tea first, then talk, and [a link](https://example.org/tea) and [again](https://example.org/tea).

## The second cup

> One.
>
> Two.

| a | b |
|---|---|
| 1 | 2 |

نان و چای

See https://example.org/bare too.

![A star](/static/img/star.svg "A star of eight points.")"""


@pytest.fixture
def post(transactional_db):
    factories.page("terms")
    post = factories.post("Tea </script> & talk", slug="tea", body=BODY)
    factories.comment(post, name="</script>", body="A word of Bob's.")
    return post


@pytest.fixture(params=[True, False], ids=["with-javascript", "without"])
def page(request, browser, live_server, post):
    """The post's page, on a narrow dark screen; `page.said` gathers what the browser complained of."""
    context = browser.new_context(
        java_script_enabled=request.param,
        base_url=live_server.url,
        color_scheme="dark",
        viewport={"width": 360, "height": 800},
    )
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(post.get_absolute_url())
    yield page
    context.close()


def passage(page: Page, words: str):
    return page.locator(".prose [id^=p-]").filter(has_text=words).last


def test_nothing_on_the_page_is_refused_by_the_policy(page):
    expect(page.locator("script[type='application/ld+json']")).to_have_count(1)
    assert page.said == []


def test_the_box_stands_in_line_with_the_words_around_it(page):
    page.locator(".cite summary").click()
    box, words = (box_of(page.locator(f".cite {selector}").last) for selector in ("input", "dt"))
    assert box["x"] == words["x"]


def test_pointing_at_a_passage_shows_its_address(page):
    first = passage(page, "Tea first")
    expect(first.locator(".passage")).to_be_hidden()
    first.hover()
    expect(first.locator(".passage")).to_be_visible()
    figure = page.locator(".prose figure.figure")
    expect(figure.locator(".passage")).to_be_hidden()
    figure.hover()
    expect(figure.locator(".passage")).to_be_visible()
    first.hover()
    first.locator(".passage").click()
    expect(page).to_have_url(re.compile(rf"#{first.get_attribute('id')}$"))


def test_a_heading_is_reached_by_keyboard_and_paragraphs_do_not_stand_in_the_way(page):
    page.locator(".prose a[href='https://example.org/tea']").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".heading > .passage")).to_be_focused()
    expect(page.locator(".heading > .passage")).to_have_css("opacity", "1")
    expect(page.get_by_role("heading", name="The second cup", exact=True)).to_have_count(1)
    expect(page.get_by_role("link", name="Link to this heading")).to_have_accessible_description("The second cup")
    expect(page.get_by_role("link", name="Link to this heading")).to_have_count(1)
    expect(page.get_by_role("link", name="Link to this passage")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"#{page.locator('.prose h2').get_attribute('id')}$"))


def test_a_box_shows_every_character_and_none_widens_the_page(page):
    page.locator(".cite__summary").click()
    page.get_by_label("Show all ¶ links").check()
    signs = page.get_by_role("link", name="Link to this passage")
    expect(signs).to_have_count(8)
    for number in range(8):
        expect(signs.nth(number)).to_be_visible()
        box = box_of(signs.nth(number))
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    right = box_of(passage(page, "نان").locator(".passage"))
    assert right["x"] > 300  # beside a text from right to left it stands at the right


def test_the_citation_can_be_copied(page, post):
    expect(page.locator(".cite__list")).to_be_hidden()
    page.locator(".cite__summary").click()
    words = page.locator(".cite__text").first
    expect(words).to_contain_text(f"“{post.title}”, Registan, 20 March 2026, http")
    expect(words).to_have_css("user-select", "all")
    expect(page.locator(".cite__list")).to_contain_text("@online{")


def test_the_sign_is_no_part_of_the_text(page):
    page.locator(".cite__summary").click()
    page.get_by_label("Show all ¶ links").check()
    assert "¶" not in page.locator(".prose").inner_text()


def test_a_post_prints_as_an_article_in_light_colours(page, post):
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("html")).to_have_css("color-scheme", "light")
    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.locator(".author").evaluate(size) < page.locator(".prose").evaluate(size)
    foot = [line for line in page.locator(".post__foot").inner_text().splitlines() if line.strip()]
    assert "All rights reserved" in foot[-2]
    assert foot[-1].endswith("/2026/03/20/tea/")
    for gone in (".masthead__nav", ".colophon", ".cite", ".passage", ".respond", ".conversation", ".neighbours"):
        for element in page.locator(gone).all():
            expect(element).to_be_hidden()


def test_the_conversation_prints_when_its_box_is_ticked(page):
    page.get_by_text("Reading", exact=True).click()
    page.locator(".print-too").check()
    page.emulate_media(media="print")
    expect(page.locator(".comment__body")).to_be_visible()
    for gone in (".comment__reply", ".comment__report", ".respond", ".conversation__actions"):
        for element in page.locator(gone).all():
            expect(element).to_be_hidden()


def test_each_address_is_printed_once(page):
    page.emulate_media(media="print")
    links = page.locator(".prose a[href^='https']")
    said = [link.evaluate("a => getComputedStyle(a, '::after').content") for link in links.all()]
    assert said == ['" (" attr(href) ")"', "none", "none"] or said == ['" (https://example.org/tea)"', "none", "none"]


def test_the_passage_that_was_asked_for_is_marked_on_the_screen_and_not_on_paper(page):
    first = passage(page, "Tea first")
    page.goto(f"{page.url}#{first.get_attribute('id')}")
    expect(first).not_to_have_css("box-shadow", "none")
    expect(first.locator(".passage")).to_be_visible()
    page.emulate_media(media="print")
    expect(first).to_have_css("box-shadow", "none")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_a_reader_with_the_dark_theme_prints_in_light(page):
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(page.locator("html")).to_have_css("background-color", "rgb(16, 21, 31)")
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
