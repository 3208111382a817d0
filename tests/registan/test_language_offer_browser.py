"""Whoever's browser asks for a language that we have is offered it once, in a line that moves nothing."""

import pytest
from playwright.sync_api import Browser, expect

from tests import factories
from tests.boxes import box_of


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_is_offered_their_language_once(browser: Browser, live_server, transactional_db, javascript):
    post = factories.post()
    context = browser.new_context(
        base_url=live_server.url, locale="ru-RU", java_script_enabled=javascript, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.goto(post.get_absolute_url())
    offer = page.locator(".language-offer")
    if not javascript:
        expect(page.get_by_role("button", name="Русский")).to_have_count(1)
        expect(offer).to_have_count(0)
        return
    expect(offer).to_have_attribute("lang", "ru")
    place = box_of(page.locator("main"))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    offer.get_by_role("button").last.click()
    expect(offer).to_have_count(0)
    assert box_of(page.locator("main")) == place
    page.reload()
    expect(page.get_by_role("button", name="Русский")).to_have_count(1)
    expect(offer).to_have_count(0)

    page.evaluate("localStorage.clear()")
    page.goto("/archive/")
    offer.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert page.url.endswith("/archive/")
    expect(page.locator("footer.colophon")).to_be_visible()
    expect(offer).to_have_count(0)
    context.close()


def test_nobody_is_offered_what_the_page_speaks_or_what_we_do_not(browser: Browser, live_server, transactional_db):
    for locale in ("en-GB", "de-DE"):
        context = browser.new_context(base_url=live_server.url, locale=locale)
        page = context.new_page()
        page.goto("/archive/")
        expect(page.get_by_role("button", name="Oʻzbekcha")).to_have_count(1)
        expect(page.locator(".language-offer")).to_have_count(0)
        context.close()
