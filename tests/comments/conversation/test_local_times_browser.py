"""Times are in the reader's zone where a script runs; elsewhere the foot of the page names the site's."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.boxes import box_of

WRITTEN = datetime(2026, 3, 20, 22, 31, tzinfo=UTC)
NOW = "2026-03-21T01:40Z"


@pytest.fixture
def post(transactional_db):
    post = factories.post(slug="tea")
    factories.comment(post, created_at=WRITTEN)
    factories.comment(post, created_at=WRITTEN.replace(year=2023))
    return post


def read_in_tashkent(people, address: str, *, language: str = "en", **options) -> Page:
    context = people.context(timezone_id="Asia/Tashkent", **options)
    context.add_cookies([{"name": "language", "value": language, "url": people.base_url}])
    context.clock.install(time=NOW)
    page = context.new_page()
    page.goto(address)
    return page


def test_a_time_is_in_the_zone_of_whoever_reads_it(people, post):
    page = read_in_tashkent(people, f"{post.get_absolute_url()}#comments")
    recent, old = page.locator(".comment__time").all()
    expect(recent).to_have_text("21 March 2026, 03:31 (3 hours ago)")
    expect(page.get_by_role("link", name="21 March 2026, 03:31", exact=True)).to_be_visible()  # the age is not read out
    expect(old).to_have_text("21 March 2023, 03:31")
    expect(old.locator("time")).to_have_attribute("title", "3 years ago")
    expect(page.locator(".colophon__zone")).to_be_hidden()
    expect(page.locator(".byline time").first).not_to_contain_text(":")
    page.clock.run_for(60 * 60 * 1_000)
    expect(recent).to_contain_text("(4 hours ago)")
    page.goto("/comments/")
    expect(page.locator(".latest__time").last).to_have_text("21 March 2023, 03:31")


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "21 марта 2026, 03:31 (3 часа назад)"), ("uz", "2026-yil 21-mart, 03:31")],
)
def test_it_is_in_the_language_of_the_page(people, post, language, words):
    page = read_in_tashkent(people, post.get_absolute_url(), language=language)
    expect(page.locator(".comment__time").first).to_have_text(words)


@pytest.mark.parametrize("width", [320, 1000])
def test_no_line_is_longer_than_without_a_script(people, post, width):
    pages = [read_in_tashkent(people, post.get_absolute_url(), java_script_enabled=on) for on in (True, False)]
    for page in pages:
        page.set_viewport_size({"width": width, "height": 700})
    expect(pages[0].locator(".ago")).to_be_visible(visible=width > 320)
    with_script, without = [[box_of(head)["height"] for head in page.locator(".comment__head").all()] for page in pages]
    assert with_script == without


def test_without_a_script_the_zone_of_the_site_is_named(people, post):
    page = read_in_tashkent(people, post.get_absolute_url(), java_script_enabled=False)
    expect(page.locator(".comment__time").first).to_have_text("20 March 2026, 22:31")
    expect(page.locator(".colophon__zone")).to_have_text("Time zone: UTC")
    expect(page.locator(".theme-switch")).to_be_hidden()
