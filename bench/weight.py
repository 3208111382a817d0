"""Counts what pages ask for and how many bytes they are sent, from opening them cold until they are read to their end.

    python bench/weight.py

Needs Debian's chromium. The first run makes a site under var/bench, the demo beside a sampled one; later runs use it
again. Bytes are those of the answers, headers included, as gunicorn sends them to a browser: pages in gzip, static
files in Brotli. They do not depend on how fast or how busy the machine is. The marks of Lighthouse do; it needs npm.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import lighthouse, site
from bench.table import Limit, Table, check_limits

SIZE = {"posts": 20, "comments": 200, "thread": 100, "chain": 10}
# What a post of the demo may cost that has no picture.
MAX_REQUESTS, MAX_BYTES = 6, 25 * 1024
KINDS = {"Document": "page", "Stylesheet": "style sheets", "Script": "scripts", "Image": "images", "Other": "images"}
COLUMNS = ("page", "style sheets", "scripts", "images", "other")

# Scrolls down and answers, when there is nothing to draw any more, whether that was the end: comments grow as they come
# near the window.
SCROLL = """() => new Promise((done) => {
  scrollTo(0, document.documentElement.scrollHeight);
  const isEnd = () => scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done(isEnd()))));
})"""
SELECT = "getSelection().selectAllChildren(document.querySelector('.prose p'))"


class Sent(NamedTuple):
    """The answer to a request: which of COLUMNS it belongs to, and its bytes."""

    kind: str
    size: int


def main() -> None:
    if not shutil.which("chromium"):
        sys.exit("Chromium is not installed: nothing was measured.")
    folder = site.use_site(database="sqlite", quick=True, purpose="weight")
    site.fill(SIZE)
    site.run_manage("demo")
    from playwright.sync_api import sync_playwright

    pages = dict(addresses())
    table = Table("Requests, and bytes as sent", ("page", "requests", "bytes", *COLUMNS))
    with site.gunicorn() as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        weights = {name: measure(table, chromium, name, server.address + path) for name, path in pages.items()}
        chromium.close()
        rated = {name: server.address + pages[name] for name in ("home", "a post, 11 comments")}
        lowest = lighthouse.rate(rated, folder / "lighthouse") if shutil.which("npm") else 100
    post = weights["a post, 11 comments"]
    limits = [
        Limit("requests of a post of the demo", len(post), MAX_REQUESTS),
        Limit("bytes of a post of the demo", total(post), MAX_BYTES),
        Limit("the lowest mark of Lighthouse, short of 100 by", 100 - lowest, 0),
    ]
    sys.exit(0 if check_limits(limits) else 1)


def addresses() -> Iterator[tuple[str, str]]:
    from blog.models import Post, Tag

    yield "home", "/"
    for slug in ("an-argument-about-rice", "thread-100"):
        post = Post.objects.select_related("thread").get(slug=slug)
        yield f"a post, {post.comment_count} comments", post.get_absolute_url()
    yield "a tag", Tag.objects.order_by("-post_count", "id")[0].get_absolute_url()
    yield "the archive", "/archive/"
    yield "a search", "/search/?q=water"


def measure(table: Table, chromium: Any, name: str, url: str) -> dict[str, Sent]:
    """Print a row, and for a post one more: what comes when somebody begins to write. Return the first."""
    reading = Reading(chromium, url)
    while_reading = dict(reading.sent)
    print_row(table, name, while_reading)
    if reading.page.locator("#respond").count():
        begin_to_write(reading.page)
        print_row(table, f"{name}: to write", {url: reading.sent[url] for url in reading.sent.keys() - while_reading})
    reading.page.context.close()
    return while_reading


class Reading:
    """A page that was opened in a browser that has nothing yet, and scrolled to its end.

    `sent` has the answer to each address, and goes on listing. What the browser takes from its own memory, as it does
    with an icon that is an image of the page too, is one request.
    """

    def __init__(self, chromium: Any, url: str) -> None:
        self.page = chromium.new_context().new_page()
        self.sent: dict[str, Sent] = {}
        self.pending: dict[str, tuple[str, str]] = {}  # address and kind, by number
        self.started = 0
        session = self.page.context.new_cdp_session(self.page)
        session.on("Network.requestWillBeSent", self.start)
        session.on("Network.loadingFinished", self.finish)
        session.on("Network.loadingFailed", lambda event: self.pending.pop(event["requestId"], None))
        session.send("Network.enable")
        self.page.goto(url, wait_until="networkidle")
        seen, is_end = 0, False
        while self.pending or seen < self.started or not is_end:
            seen = self.started
            is_end = self.page.evaluate(SCROLL)

    def start(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.started += 1
            self.pending[event["requestId"]] = event["request"]["url"], KINDS.get(event.get("type", ""), "other")

    def finish(self, event: dict[str, Any]) -> None:
        if request := self.pending.pop(event["requestId"], None):
            url, kind = request
            before = self.sent.get(url, Sent(kind, 0))
            self.sent[url] = before._replace(size=before.size + int(event["encodedDataLength"]))


def begin_to_write(page: Any) -> None:
    """Type a word into the comment form, then select a paragraph that could be quoted."""
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/stamp/")):
        page.locator("#respond [name=body]").press_sequentially("Quite")
    with page.expect_event("requestfinished", lambda request: "/quote." in request.url):
        page.evaluate(SELECT)
    page.locator(".quote-button").wait_for()


def print_row(table: Table, name: str, sent: dict[str, Sent]) -> None:
    kinds = [total({url: one for url, one in sent.items() if one.kind == kind}) for kind in COLUMNS]
    table.row(name, len(sent), f"{total(sent):,}", *(f"{size:,}" for size in kinds))


def total(sent: dict[str, Sent]) -> int:
    return sum(answer.size for answer in sent.values())


if __name__ == "__main__":
    main()
