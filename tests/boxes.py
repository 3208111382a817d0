"""Where an element of a page stands on the screen."""

from playwright.sync_api import Locator, expect


def box_of(element: Locator) -> dict:
    """The x, y, width and height of the element in pixels of the window, once the element is shown.

    Playwright's own answer is None while the browser is laying the page out.
    """
    expect(element).to_be_visible()
    return element.evaluate("element => element.getBoundingClientRect().toJSON()")
