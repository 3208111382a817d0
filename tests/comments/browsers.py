"""Readers' browsers for tests: each with a storage of its own, and what their consoles complain of."""

import contextlib
from collections.abc import Iterator

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect


class Readers:
    """Opens one reader's browser after another; all end with the test."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser, self.base_url, self.said, self.contexts = browser, base_url, [], []

    def context(self, **options) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.base_url,
            locale="en",
            viewport={"width": 1000, "height": 700},
            **options,
        )
        self.contexts.append(context)
        context.on("console", lambda message: self.hear(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        return context

    def hear(self, words: str) -> None:
        if "server responded with a status of" not in words:  # a refusal is no fault of the page
            self.said.append(words)

    def page(self, address: str, **options) -> Page:
        page = self.context(**options).new_page()
        page.goto(address)
        return page


@contextlib.contextmanager
def readers(browser: Browser, base_url: str) -> Iterator[Readers]:
    ours = Readers(browser, base_url)
    yield ours
    for context in ours.contexts:
        context.close()


def fill(page: Page, **fields: str) -> None:
    """Type into the comment form."""
    for name, text in {"name": "Bob", "email": "bob@example.net", **fields}.items():
        page.fill(f"#respond [name={name}]", text)


def expect_waiting(page: Page) -> None:
    """The comment that was just sent stands in its thread, for its writer alone, and has the focus."""
    expect(page.locator(".comment--waiting:target")).to_be_focused()
    expect(page.locator(".comment--waiting:target .comment__outcome")).to_contain_text("once a moderator has read it")


def stored(page: Page) -> dict[str, str]:
    """What this browser keeps for the site."""
    return page.evaluate("Object.fromEntries(Object.entries(localStorage))")


def sign_in(context: BrowserContext, base_url: str, user) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies(
        [{"name": "registan_session", "value": client.cookies["registan_session"].value, "url": base_url}]
    )
