"""Runs the checkers of HTML and of accessibility."""

import contextlib
import json
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import BrowserContext, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What can differ from one theme to the other: both have the same markup, and only tokens are told anew.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# What WCAG 2.2 asks of (1.4.10): 320 CSS pixels are also a window of 1280 at 400 % zoom.
NARROW = {"width": 320, "height": 800}
# A colour on its way from one theme to the other is in neither.
NO_TRANSITIONS = "*, ::before, ::after { transition: none !important; animation: none !important }"


def run_nu_checker(root: Path, pages: dict[str, str], *, where: Path) -> list[str]:
    """Return the Nu HTML checker's complaints, a line each, starting with the page's name."""
    jar = root / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not shutil.which("java"):
        pytest.skip("Java is not installed: the HTML checker did not run")
    if not jar.is_file():
        pytest.skip("vnu-jar is not installed (make check installs it): the HTML checker did not run")
    files = [where / f"{name}.html" for name in pages]
    for file, text in zip(files, pages.values(), strict=True):
        file.write_text(text)
    found = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--exit-zero-always", *files],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = json.loads(found.stderr)["messages"]
    return [
        f"{unquote(m['url'].rsplit('/')[-1])}:{m.get('lastLine')}: {m['message']} {m.get('extract')!r}"
        for m in messages
    ]


def without_known(complaints: list[str], *, but: tuple[tuple[str, ...], ...]) -> list[str]:
    """Drop the complaints that contain all the words of an entry of `but`."""
    return [line for line in complaints if not any(all(word in line for word in words) for words in but)]


@contextlib.contextmanager
def serve_answers(texts: list[str], *, site: str) -> Iterator[str]:
    """The address of a server that answers /answer/N/ with the text N, and with the site's files all else.

    Unlike an answer that is made up in the browser, these leave it its cache.
    """
    files: dict[str, tuple[int, str, bytes]] = {}

    def answer(path: str) -> tuple[int, str, bytes]:
        if path.startswith("/answer/"):
            return 200, "text/html; charset=utf-8", texts[int(path.split("/")[2])].encode()
        try:
            with urllib.request.urlopen(site + path) as response:  # noqa: S310  our own server
                return 200, response.headers["Content-Type"], response.read()
        except urllib.error.HTTPError as error:
            return error.code, "text/plain", b""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path not in files:
                files[self.path] = answer(self.path)
            status, kind, body = files[self.path]
            self.send_response(status)
            for name, value in (
                ("Content-Type", kind),
                ("Content-Length", len(body)),
                ("Cache-Control", "max-age=600"),
            ):
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


UNSTICK = """() => {
  for (const part of document.querySelectorAll("body *")) {
    if (getComputedStyle(part).position === "sticky") part.style.position = "static";
  }
}"""


class AxeWindow:
    """A browser window that collects axe's complaints about each state it shows, in both themes."""

    def __init__(self, context: BrowserContext, base_url: str, root: Path) -> None:
        file = root / "node_modules/axe-core/axe.min.js"
        if not file.is_file():
            pytest.skip("axe-core is not installed (make check installs it): accessibility was not checked")
        self.context, self.base_url, self.script = context, base_url, file.read_text()
        self.page: Page = context.new_page()
        self.found: dict[str, list[str]] = {}

    def go(self, address: str) -> Page:
        self.page.goto(self.base_url + address)
        return self.page

    def set_cookie(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.base_url}])

    def check(self, name: str) -> None:
        assert name not in self.found
        self.page.add_style_tag(content=NO_TRANSITIONS)
        self.page.evaluate(self.script)
        found = self.said("light", {"type": "tag", "values": RULES}) + self.said(
            "dark", {"type": "rule", "values": COLOUR_RULES}
        )
        self.page.emulate_media(color_scheme="light")
        found += ["scrolls sideways"] * self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        self.found[name] = found

    def said(self, theme: str, rules: dict) -> list[str]:
        self.page.emulate_media(color_scheme=theme)
        ask = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})"
        violations = self.page.evaluate(ask, rules)["violations"]
        return [f"{theme}: {v['id']}: {node['html'][:160]}" for v in violations for node in v["nodes"]]

    def check_urls(self, addresses: dict[str, str], *, missing: frozenset[str] = frozenset(), at: str = "") -> None:
        """At each of these; only those of `missing` may answer that there is no such page."""
        for name, address in addresses.items():
            response = self.page.goto((at or self.base_url) + address)
            assert response.status != 404 or name in missing, name
            # What lies under something that sticks to the window's edge is scrolled from there.
            self.page.evaluate(UNSTICK)
            self.check(name)

    def check_texts(self, pages: dict[str, str]) -> None:
        """As if the site had answered so."""
        with serve_answers(list(pages.values()), site=self.base_url) as address:
            self.check_urls({name: f"/answer/{number}/" for number, name in enumerate(pages)}, at=address)

    @property
    def violations(self) -> list[str]:
        return [f"{name}: {complaint}" for name, complaints in self.found.items() for complaint in complaints]
