"""In a browser: nothing of a video's site is asked for before the click, with and without scripts."""

import re

import pytest

from blog import jobs
from blog.models import LinkCard
from tests import factories
from tests.blog.cards.test_video_page import ADDRESS, tube  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cards_on", "tube")]


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def window(request, browser):
    """A page that reaches nothing but this site; what else it asked for is in `asked`."""
    context = browser.new_context(java_script_enabled=request.param)
    page = context.new_page()
    page.asked = []

    def refuse(route):
        page.asked.append(route.request.url)
        route.abort()

    context.route(re.compile(r"^(?!http://(localhost|127\.0\.0\.1)[:/])"), refuse)
    yield page
    context.close()


def test_the_player_is_there_after_a_click_and_not_before(window, live_server):
    post = factories.post(body=ADDRESS)
    jobs.make_next_card()
    window.goto(f"{live_server.url}{post.get_absolute_url()}")
    card = window.locator(".link-card--video")
    assert window.locator("iframe").count() == 0
    card.click(position={"x": 5, "y": 5})  # anywhere on it
    window.wait_for_url(f"**{LinkCard.objects.get().get_absolute_url()}")
    assert window.locator("iframe").count() == 0
    assert window.asked == []
    window.locator(".video__play").focus()
    window.keyboard.press("Enter")
    window.wait_for_url("**?play")
    assert window.locator("iframe").count() == 1
    assert [asked.split("?")[0] for asked in window.asked] == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"]
    window.get_by_role("link", name=post.title).click()
    window.wait_for_url(f"**{post.get_absolute_url()}")
