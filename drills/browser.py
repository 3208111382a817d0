"""A browser with cookies, for what people do in the admin and in private links."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from html import unescape
from http.cookies import SimpleCookie
from typing import Any

from drills.load import Page, ask

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Browser:
    """Keeps cookies, and sends the token of the last page with each form."""

    def __init__(self, address: str, cookie: str = "") -> None:
        self.address, self.cookies, self.token = address, SimpleCookie(cookie), ""

    def get(self, path: str) -> Page:
        return self.remember(ask(self.address, path, Cookie=self.header()))

    def post(self, path: str, form: dict[str, str]) -> Page:
        form = {"csrfmiddlewaretoken": self.token, **form}
        return self.remember(ask(self.address, path, form, Cookie=self.header()))

    def header(self) -> str:
        return self.cookies.output(header="", attrs=[], sep=";").strip()

    def remember(self, page: Page) -> Page:
        for line in page.headers.get_all("Set-Cookie") or ():
            self.cookies.load(line)
        if found := TOKEN.search(page.text):
            self.token = found[1]
        return page


def read_form(page: Page) -> dict[str, str]:
    """The fields of the page's forms as a browser would send them, of the admin's change form at least."""
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", page.text):
        name, kind = attribute(tag, "name"), attribute(tag, "type") or "text"
        if name and (kind not in {"checkbox", "radio", "submit", "button", "file"} or " checked" in tag):
            fields[name] = attribute(tag, "value") or ("on" if kind == "checkbox" else "")
    for attributes, text in re.findall(r"<textarea\b([^>]*)>\n?(.*?)</textarea>", page.text, re.DOTALL):
        fields[attribute(attributes, "name")] = unescape(text)
    for attributes, options in re.findall(r"<select\b([^>]*)>(.*?)</select>", page.text, re.DOTALL):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*\bselected', options)
        fields[attribute(attributes, "name")] = unescape(chosen[1]) if chosen else ""
    return fields


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same instant; what each returns, in order."""
    barrier, results = threading.Barrier(len(acts)), dict[int, Any]()

    def run(number: int) -> None:
        barrier.wait()
        results[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results.get(number) for number in range(len(acts))]
