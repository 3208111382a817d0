"""Searching in a browser, with JavaScript and without."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_searches_narrows_and_follows_a_result(browser, live_server, script):
    for year in (2010, 2012):
        for n in range(11):
            factories.post(f"Tea of {year}, {n}", published_at=datetime(year, 1, 1 + n, tzinfo=UTC))
    post = factories.post("Rice", published_at=datetime(2013, 1, 1, tzinfo=UTC))
    comment = factories.comment(post, name="Zuhra", body="What is a xylophone?")
    context = browser.new_context(java_script_enabled=script, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/archive/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    page.get_by_role("searchbox", name="Search for").fill("tea -xylophone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_count(10)
    page.get_by_role("list", name="Narrow to a year").get_by_role("link", name="2012").click()
    expect(page.get_by_role("searchbox")).to_have_value("tea -xylophone year:2012")
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Tea of 2012, 0")

    page.get_by_role("searchbox").fill("xylophnoe")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="xylophone").click()
    expect(page.locator("mark")).to_have_text("xylophone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Zuhra on Rice").click()
    page.wait_for_url(f"**{post.get_absolute_url()}#comment-{comment.pk}")
    context.close()
