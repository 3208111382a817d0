"""Sending a post back in a browser: with the script that saves in place, and without any script."""

import pytest
from playwright.sync_api import expect

from blog.models import Post, ReviewNote
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(carol) -> Post:
    made = factories.draft(title="On tea", body="The first bell rings.", authors=[carol.profile])
    made.hand_in(by=carol.user)
    return made


def open_post(page, live_server, post: Post) -> None:
    page.goto(f"{live_server.url}/admin/blog/post/{post.pk}/change/")


def test_an_editor_sends_it_back_from_the_panel_and_goes_on_without_a_reload(open_admin, live_server, post):
    page = open_admin()
    open_post(page, live_server, post)
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Send back with notes").click()
    expect(page.get_by_text("Say what is still to be done")).to_be_visible()
    assert Post.objects.get().status == "review"
    if not page.get_by_label("Message to the author").is_visible():
        page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Message to the author").fill("Say which bell.")
    page.get_by_role("button", name="Send back with notes").click()
    expect(page.get_by_text("Sent back. It is a draft again").first).to_be_visible()
    expect(page.get_by_label("Message to the author")).to_have_count(0)
    assert page.evaluate("window.stays") is True
    assert Post.objects.get().status == "draft"
    assert ReviewNote.objects.get().text == "Say which bell."
    assert page.said == []


def test_it_works_without_script(open_admin, live_server, post):
    page = open_admin(script=False)
    open_post(page, live_server, post)
    page.get_by_label("Message to the author").fill("Say which bell.")
    page.get_by_role("button", name="Send back with notes").click()
    expect(page.get_by_text("Sent back. It is a draft again").first).to_be_visible()
    assert Post.objects.get().status == "draft"
