"""What all contestants have in common: an address, processes, pages by name, and a form that takes comments."""

from __future__ import annotations

import contextlib
import gzip
import html
import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.peers.processes import ProcessTree
from bench.peers.sample import Sample, SampledComment, plain_words

# The pages that are measured, by their names in the tables.
SMALL_THREAD, LARGE_THREAD = "post, 10 comments", "post, 1,000 comments"
HOME, TAG, FEED, SEARCH, OLD_LIST = "home", "tag", "RSS", "search", "older posts"
SEARCHED_WORD = "camel"
POSTS_PER_PAGE = 10
# Comments on the first page of a thread on Registan, and entries of its feed.
COMMENTS_PER_PAGE, FEED_ENTRIES = 100, 20
FORM_TYPE = "application/x-www-form-urlencoded"
TAGS = re.compile(r"<[^>]*>")


class FormRequest(NamedTuple):
    """A form as a browser sends it, with SERIAL in its body."""

    path: str
    body: str
    headers: dict[str, str]


class CommentCounts(NamedTuple):
    published: int
    held: int


@dataclass
class Contestant:
    """A running site.

    `pages`: paths by the names above. `anchor`: finds each comment in a page. `has_posts` and `shows`: are the post's
    text, and a comment of the first page of the thread, to be found in the answer? `may_lack`: how many texts it drops.
    `comment_forms`: forms of readers who are known (published at once) or not (held for a moderator); `count_comments`
    what is stored; `save_post` stores a post with this text added, and returns the seconds and the CPU it took.
    """

    name: str
    address: str
    processes: ProcessTree
    pages: dict[str, str]
    anchor: str
    headers: dict[str, str] = field(default_factory=dict)
    has_posts: bool = True
    shows: Callable[[SampledComment], bool] = lambda comment: True
    may_lack: int = 0
    comment_forms: Callable[[bool], list[FormRequest]] | None = None
    count_comments: Callable[[], CommentCounts] | None = None
    save_post: Callable[[str], tuple[float, float]] | None = None
    database: ProcessTree | None = None

    def settle(self) -> None:
        """Wait until its processes are idle, but for those of the database server, which others may use."""
        apart = self.database.roots if self.database else ()
        ProcessTree(*(root for root in self.processes.roots if root not in apart)).wait_until_idle()

    def memory(self) -> tuple[float, float]:
        """Megabytes of all processes, and of the database server among them."""
        return self.processes.memory(), self.database.memory() if self.database else 0.0


def wsgi_command(folder: Path, application: str, port: int) -> list[str]:
    """gunicorn of the virtual environment in the folder, with as many workers and threads as Registan's."""
    options = ["--workers=2", "--threads=4", "--worker-class=gthread", "--preload", "--keep-alive=5"]
    options += ["--worker-tmp-dir=/dev/shm", "--log-level=warning", f"--bind=127.0.0.1:{port}"]
    return [str(folder / "venv" / "bin" / "gunicorn"), *options, application]


def common_pages(sample: Sample) -> dict[str, str]:
    """The pages of Registan and WordPress, but for the search."""
    pages = -(-len(sample.posts) // POSTS_PER_PAGE)
    return {
        SMALL_THREAD: sample.thread_post(10).path,
        LARGE_THREAD: sample.thread_post(1_000).path,
        HOME: "/",
        TAG: f"/tag/{sample.largest_tag[1]}/",
        FEED: "/feed/",
        OLD_LIST: f"/page/{old_page(pages)}/",
    }


def old_page(pages: int) -> int:
    """The page before the last sixth: 250 of 300."""
    return pages * 5 // 6


def expected_words(contestant: Contestant, page: str, sample: Sample) -> Iterator[str]:
    """What has to be on a page: the words of the post and its comments, or the titles of the posts it lists."""
    if page in {SMALL_THREAD, LARGE_THREAD}:
        post = sample.thread_post(10 if page == SMALL_THREAD else 1_000)
        if contestant.has_posts:
            yield plain_words(post.body)
        comments = [comment for comment in sample.thread(post)[:COMMENTS_PER_PAGE] if comment.status == "approved"]
        yield from (plain_words(comment.body) for comment in comments if contestant.shows(comment))
    elif page == SEARCH:
        yield SEARCHED_WORD
    else:
        place = POSTS_PER_PAGE * (old_page(-(-len(sample.posts) // POSTS_PER_PAGE)) - 1) if page == OLD_LIST else 0
        posts = sample.tagged_posts(sample.largest_tag[0]) if page == TAG else sample.newest_posts
        yield from (post.title for post in posts[place : place + POSTS_PER_PAGE])


class PageCheck(NamedTuple):
    """The bytes of a page as they were sent, and the comments in it."""

    size: int
    comments: int


def check_page(contestant: Contestant, page: str, sample: Sample, *, encoding: str = "identity") -> PageCheck:
    """Request the page and look for what has to be in it; AssertionError when something is missing."""
    headers = {**contestant.headers, "Accept-Encoding": encoding}
    status, sent_as, body = request(contestant.address, "GET", contestant.pages[page], headers=headers)
    assert status == 200, f"{contestant.name}, {page}: {status}"
    assert sent_as == ("gzip" if encoding == "gzip" else ""), f"{contestant.name}, {page}: sent as {sent_as!r}"
    text = (gzip.decompress(body) if sent_as else body).decode()
    comments = len(set(re.findall(contestant.anchor, text)))
    words = " ".join(html.unescape(TAGS.sub(" ", text)).split())
    missing = [text for text in expected_words(contestant, page, sample) if text not in words]
    if len(missing) > contestant.may_lack:
        raise AssertionError(f"{contestant.name}, {page}: {len(missing)} texts are missing, such as {missing[0]!r}")
    return PageCheck(len(body), comments)


def request(
    address: str, method: str, path: str, *, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str, bytes]:
    """(status, content encoding, body); redirects are not followed."""
    with contextlib.closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)) as connection:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers.get("Content-Encoding", ""), response.read()


class FormParser(HTMLParser):
    """Collects what a browser would send of the form with this id ("" for none), as lists of values by name."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.fields: dict[str, list[str]] = {}
        self.textarea = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("id", "") == self.form_id
        elif not self.is_inside:
            return
        elif tag == "input":
            self.add_input(given)
        elif tag == "textarea":
            self.textarea = given.get("name", "")
            self.add(self.textarea, "")
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.add(self.select, given.get("value", ""))

    def add_input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        is_chosen = "checked" in given or kind not in {"checkbox", "radio"}
        if is_chosen and kind not in {"submit", "button", "file"}:
            self.add(given.get("name", ""), given.get("value", ""))

    def add(self, name: str, value: str) -> None:
        if name:
            self.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.is_inside and self.textarea:
            self.fields[self.textarea][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.textarea = ""


def parse_form(page: bytes, form_id: str = "") -> dict[str, list[str]]:
    parser = FormParser(form_id)
    parser.feed(page.decode())
    return {name: [value.removeprefix("\n") for value in values] for name, values in parser.fields.items()}
