"""Readers choose between light, dark and what their system has; the choice is remembered, and nothing flashes."""

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.comments.browsers import readers, stored

# The theme when the page has nothing to show yet.
REMEMBER_THEME = """new MutationObserver(() => {
  if (document.body) globalThis.themeOfFirstElement ??= document.documentElement.dataset.theme ?? "none";
}).observe(document, { childList: true, subtree: true })"""
LIGHT, DARK = "rgb(251, 248, 241)", "rgb(16, 21, 31)"


@pytest.fixture
def night(browser, live_server):
    """The page of a post on a system that is dark."""
    address = factories.post().get_absolute_url()
    with readers(browser, live_server.url) as ours:
        yield ours.page(address, color_scheme="dark")
        assert ours.said == []


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_a_theme_is_chosen_by_keyboard_and_given_back_to_the_system(transactional_db, night):
    theme = night.get_by_role("combobox", name="Theme")
    expect(theme).to_have_value("")
    assert ground(night) == DARK

    theme.focus()
    night.keyboard.press("L")  # as any list of choices
    expect(theme).to_have_value("light")
    assert ground(night) == LIGHT
    night.add_init_script(REMEMBER_THEME)
    night.goto("/archive/")
    expect(theme).to_have_value("light")
    assert night.evaluate("globalThis.themeOfFirstElement") == "light"

    other = night.context.new_page()
    other.goto("/")
    other.get_by_role("combobox", name="Theme").select_option("As your system")
    assert "theme" not in stored(other)
    expect(theme).to_have_value("")  # also in the window that was open
    assert ground(night) == DARK
    night.emulate_media(color_scheme="light")
    assert ground(night) == LIGHT
