"""The history of a post in a browser: an old version comes back by keyboard alone, and no page of it is too wide."""

import pytest
from playwright.sync_api import expect

from blog.models import Post
from tests import factories
from tests.registan.keyboard import press_control

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tea() -> Post:
    """A post whose latest version is worse than its first."""
    post = factories.post("On tea", body="Tea first.\n\nThen talk, and for long.")
    post.title, post.body = "On " + "tea" * 60, "Tea first.\n\nThen nothing. " + "W" * 200
    post.save()
    return post


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_restore_an_old_version(open_admin, live_server, tea, script):
    page = open_admin(width=360, script=script)
    page.goto(f"{live_server.url}/admin/blog/post/{tea.pk}/change/")
    page.get_by_role("link", name="History").click()
    press_control(page, page.get_by_role("link", name="Restore version 1"))
    expect(page.get_by_role("heading", name="Restore version 1")).to_be_visible()
    expect(page.locator("ins", has_text="and for long")).to_be_visible()
    press_control(page, page.get_by_role("button", name="Restore version 1"))
    expect(page.get_by_text("Version 1 was restored.", exact=True)).to_be_visible()
    expect(page.get_by_text("restored from version 1")).to_be_visible()
    page.goto(live_server.url + tea.get_absolute_url())
    expect(page.get_by_text("Then talk, and for long.")).to_be_visible()
    assert page.said == []


def test_two_versions_are_chosen_and_compared_by_keyboard(open_admin, live_server, tea):
    tea.body = "Tea at last."
    tea.save()
    page = open_admin(script=False)
    page.goto(f"{live_server.url}/admin/blog/post/{tea.pk}/history/")
    page.get_by_role("radio", name="older version 2").focus()
    page.keyboard.press("ArrowDown")
    press_control(page, page.get_by_role("button", name="Compare selected versions"))
    expect(page.get_by_role("heading", name="Version 1 beside version 3")).to_be_visible()


def test_no_page_of_a_history_breaks_its_policy_or_scrolls_sideways(open_admin, live_server, tea):
    for width in (320, 1280):
        page = open_admin(width=width)
        for rest in ("", "compare/", "1/", "2/preview/", "1/restore/"):
            page.goto(f"{live_server.url}/admin/blog/post/{tea.pk}/history/{rest}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (rest, page.said, wide <= width) == (rest, [], True)


def test_longer_words_for_what_one_can_do_fit_a_phone(open_admin, live_server, tea):
    tea.body = "Tea at last."
    tea.save()
    page = open_admin(width=360)
    page.context.add_cookies([{"name": "language", "value": "ru", "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/blog/post/{tea.pk}/history/")
    expect(page.locator("a[href$='/2/restore/']")).to_contain_text("Восстановить")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
