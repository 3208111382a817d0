"""What stands around a post in a real browser without JavaScript: on a narrow screen, by keyboard, and on paper."""

import pytest
from playwright.sync_api import expect

from blog.models import Series
from blog.search.choose_related import choose_due_related
from comments.models import Message
from tests import factories
from tests.boxes import box_of

BODY = "\n\n".join(f"## Heading {number}\n\n{'word ' * 310}" for number in range(4))


@pytest.fixture
def post(transactional_db, empty_cache):
    """A post with everything around it that a post may have, in a right-to-left language."""
    alice, tag = factories.author("Alice"), factories.tag("Glaze")
    series = Series.objects.create(name="Letters", slug="letters")
    for number in range(8):
        factories.post(f"Filler {number}", authors=[alice])
    factories.post("سفال", tags=[tag], language="fa", authors=[alice])
    factories.post("Part one", series=series, part=1)
    post = factories.post("کاشی", body=BODY, tags=[tag], language="fa", authors=[alice], series=series, part=2)
    while choose_due_related():
        pass
    return post


def test_a_reader_finds_the_way_around_a_post_and_none_of_it_is_printed(browser, live_server, post):
    context = browser.new_context(
        viewport={"width": 320, "height": 800}, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(post.get_absolute_url())
    parts = [".contents", ".series-parts", ".subscribe-box", ".further", ".byline__minutes"]
    for part in parts:
        expect(page.locator(part)).to_be_visible()
    for link in page.locator(".further a, .series-parts a, .contents a:visible").all():
        assert box_of(link)["height"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth") == 320

    heading = page.get_by_role("link", name="Heading 3", exact=True)
    expect(heading).to_be_hidden()
    page.locator(".contents__summary").press("Enter")
    heading.press("Enter")
    expect(page.locator("h2", has_text="Heading 3")).to_be_in_viewport()

    page.emulate_media(media="print")
    for part in parts:
        expect(page.locator(part)).to_be_hidden()
    page.emulate_media(media="screen")

    page.get_by_label("New posts by email").fill("ann@example.net")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    assert Message.objects.get().to == "ann@example.net"
    context.close()
