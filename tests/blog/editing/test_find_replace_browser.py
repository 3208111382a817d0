"""Find and replace in a browser, without scripts: found from the list, ticked, replaced and undone by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def bodies() -> list[str]:
    return [*Post.objects.order_by("pk").values_list("body", flat=True)]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [320, 1280])
def test_an_editor_replaces_what_is_ticked_and_undoes_it_without_a_script(width, open_admin, live_server):
    factories.user("eve", group="Editor")
    factories.post("Spring", body="Tea in April, tea in May.")
    factories.draft(title="Autumn", body="Tea in October.")
    page = open_admin(name="eve", width=width, script=False)
    page.goto(f"{live_server.url}/admin/blog/post/")
    page.get_by_role("link", name="Find and replace").click()
    page.get_by_label("Find", exact=True).fill("tea")
    page.get_by_label("Replace with").fill("coffee")
    press(page, "Show what would change")
    expect(page.get_by_role("heading", name="3 places, in 2 texts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    second = page.get_by_role("checkbox", name="April, removed: tea in May")
    second.focus()
    page.keyboard.press("Space")
    press(page, "Replace what is ticked")
    expect(page.get_by_role("heading", name="2 places were replaced")).to_be_visible()
    assert bodies() == ["coffee in April, tea in May.", "coffee in October."]
    press(page, "Undo")
    expect(page.get_by_role("heading", name="2 texts are as they were before")).to_be_visible()
    assert bodies() == ["Tea in April, tea in May.", "Tea in October."]
