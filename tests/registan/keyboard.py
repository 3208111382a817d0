"""Operates a page with the keyboard alone: Tab, arrows and typing."""

from playwright.sync_api import Locator, Page

# More stops than any page of the admin has: a focus that is not there by then is trapped.
MAX_TAB_STOPS = 250
IS_FOCUSED = "one => one.getRootNode().activeElement === one"


def tab_to(page: Page, to: Locator, *, back: bool = False) -> None:
    """Press Tab until `to` has the focus; AssertionError with all stops when it never does."""
    seen = []
    for _ in range(MAX_TAB_STOPS):
        if to.evaluate(IS_FOCUSED):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
        seen.append(page.evaluate("(document.activeElement.outerHTML ?? '').slice(0, 60)"))
    raise AssertionError(f"Tab never reaches {to}; the last stops: {seen[-8:]}")


def fill_field(page: Page, field: Locator, words: str) -> None:
    """Focus a field and replace its text."""
    tab_to(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def press_control(page: Page, what: Locator) -> None:
    """Focus a button or link and press it."""
    tab_to(page, what)
    page.keyboard.press("Enter")


def sign_in_by_keyboard(page: Page, name: str) -> None:
    """Sign in as the account whose password is its name."""
    fill_field(page, page.locator("input[name=login]"), name)
    fill_field(page, page.locator("input[name=password]"), name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")


def use_tool(page: Page, name: str) -> None:
    """Go back from the text to the toolbar, along it with the arrows, and press the button."""
    wanted = page.locator(f"[data-tool={name}]")
    tab_to(page, page.locator("[data-bar] [tabindex='0']"), back=True)
    for _ in range(page.locator("[data-bar] [data-tool]").count()):
        if wanted.evaluate(IS_FOCUSED):
            break
        page.keyboard.press("ArrowRight")
    assert wanted.evaluate(IS_FOCUSED), f"the arrows never reach {name}"
    page.keyboard.press("Enter")
