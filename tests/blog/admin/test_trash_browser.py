"""Deleting and bringing back in a browser, by keyboard, with and without JavaScript, and no page is too wide."""

import pytest
from playwright.sync_api import expect

from blog.editing.trash_actions import move_to_trash
from blog.models import Post
from tests import factories
from tests.registan.keyboard import press_control

pytestmark = pytest.mark.django_db(transaction=True)
TRASH = "/admin/blog/trashentry/"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_delete_a_post_and_bring_it_back(open_admin, live_server, script):
    post = factories.post("On tea")
    where = live_server.url + post.get_absolute_url()
    page = open_admin(width=360, script=script)
    page.goto(f"{live_server.url}/admin/blog/post/{post.pk}/delete/")
    expect(page.get_by_text("The trash keeps what you delete for 30 days.")).to_be_visible()
    press_control(page, page.get_by_role("button", name="Delete"))
    expect(page.get_by_text("“On tea” is in the trash.")).to_be_visible()
    assert page.request.get(where).status == 404
    press_control(page, page.get_by_role("link", name="Undo"))
    expect(page.get_by_role("heading", name="Restore from the trash")).to_be_visible()
    press_control(page, page.get_by_role("button", name="Restore"))
    expect(page.get_by_text("“On tea” is restored.")).to_be_visible()
    assert page.request.get(where).status == 200
    assert page.said == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_trash_restores_and_deletes_for_good(open_admin, live_server, script):
    for title in ("On tea", "On bread"):
        move_to_trash(factories.post(title), by=None)
    page = open_admin(script=script)
    page.goto(f"{live_server.url}/admin/blog/post/")
    press_control(page, page.get_by_role("link", name="Trash").first)
    press_control(page, page.get_by_role("row", name="On tea").get_by_role("button", name="Restore"))
    expect(page.get_by_text("“On tea” is restored.")).to_be_visible()
    press_control(page, page.get_by_role("row", name="On bread").get_by_role("button", name="Delete for good"))
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    press_control(page, page.get_by_role("button", name="Delete for good"))
    expect(page.get_by_text("“On bread” is deleted for good.")).to_be_visible()
    assert [post.title for post in Post.everything.all()] == ["On tea"]


def test_no_page_of_the_trash_scrolls_sideways(open_admin, live_server):
    entry = move_to_trash(factories.post("W" * 80), by=None)
    for width in (320, 1280):
        page = open_admin(width=width)
        for where in (TRASH, f"{TRASH}restore/?entry={entry.pk}", f"{TRASH}delete/?entry={entry.pk}"):
            page.goto(live_server.url + where)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, where
