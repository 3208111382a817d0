"""Signs in to the admin in a browser."""

from playwright.sync_api import Page


def submit_login(page: Page, name: str) -> None:
    """Sign in as the account whose password is its name."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(name)
    page.locator("input[name=password]").press("Enter")
