"""Reads what a page says of itself: Open Graph, or its title and description; and what an oEmbed answer says."""

from __future__ import annotations

import codecs
import json
import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

from blog.text.validators import has_visible_text, to_single_line

# Characters of a page that are read: its head comes first, and is nowhere near as long.
READ_LENGTH = 600_000
MAX_TITLE, MAX_DESCRIPTION, MAX_SITE_NAME = 200, 240, 80

# Where the page says its encoding (HTML, 13.2.3.2).
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_SEARCHED_BYTES = 4_096
# Encodings of pages, by Python's names; what else Python calls one is not for pages.
_PAGE_ENCODING = re.compile(
    r"utf-8|utf-16(?:-[bl]e)?|iso8859-\d+|cp\d+|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+|mac-\w+|ascii"
)


class PageWords(NamedTuple):
    """What a page says of itself, each on one line and of bounded length; `picture` is an address, or ""."""

    title: str
    description: str = ""
    site_name: str = ""
    picture: str = ""


class _EndOfHead(Exception):
    """All has been read that describes the page."""


class _HeadParser(HTMLParser):
    """Collects the title and the named values of a head; the first of each counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.is_in_title:  # where tags are text; not every version of the parser knows that
            self.handle_data(self.get_starttag_text() or "")
            return
        if tag == "body":
            raise _EndOfHead
        self.is_in_title = tag == "title" and "title" not in self.values
        if tag == "meta":
            found = dict(attrs)
            name = (found.get("property") or found.get("name") or "").strip().lower()
            content = found.get("content") or ""
            if name and content.strip():
                self.values.setdefault(name, content)

    def handle_endtag(self, tag: str) -> None:
        if self.is_in_title and tag != "title":
            self.handle_data(f"</{tag}>")
            return
        self.is_in_title = False
        if tag == "head":
            raise _EndOfHead

    def handle_data(self, data: str) -> None:
        if self.is_in_title:
            self.values["title"] = self.values.get("title", "") + data


def read_page(content: bytes, *, url: str, charset: str = "") -> PageWords:
    """What the page at `url` says of itself; `charset` is what its answer said. Raises nothing."""
    parser = _HeadParser()
    try:
        parser.feed(decode_page(content, charset)[:READ_LENGTH])
        parser.close()
    except (_EndOfHead, AssertionError, ValueError):  # ValueError: of declarations that no parser understands
        pass

    def first(*names: str) -> str:
        return next((text for name in names if has_visible_text(text := parser.values.get(name, ""))), "")

    return PageWords(
        cut_line(first("og:title", "twitter:title", "title"), MAX_TITLE),
        cut_line(first("og:description", "twitter:description", "description"), MAX_DESCRIPTION),
        cut_line(first("og:site_name"), MAX_SITE_NAME),
        join_url(url, first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")),
    )


def read_oembed(content: bytes, *, url: str) -> PageWords:
    """What an oEmbed answer (oembed.com, 2.3.4) says of a video; an empty title for what is none. Raises nothing."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    values = {name: text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}
    return PageWords(
        cut_line(values.get("title", ""), MAX_TITLE),
        cut_line(values.get("author_name", ""), MAX_DESCRIPTION),
        cut_line(values.get("provider_name", ""), MAX_SITE_NAME),
        join_url(url, values.get("thumbnail_url", "")),
    )


def decode_page(content: bytes, charset: str) -> str:
    """The text of a page, by its byte order mark, its answer's charset, or what it says itself; else UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    said = _META_CHARSET.search(content[:_SEARCHED_BYTES])
    for name in (charset, said[1].decode("ascii", "replace") if said else ""):
        try:
            encoding = codecs.lookup(name).name if name else ""
        except (LookupError, ValueError):
            continue
        if _PAGE_ENCODING.fullmatch(encoding):
            return content.decode(encoding, errors="replace").removeprefix("\ufeff")
    return content.decode("utf-8-sig", errors="replace")


def cut_line(text: str, length: int) -> str:
    """`text` on one line, without what no line may contain; cut between words, with an ellipsis."""
    line = to_single_line(" ".join(text.split()))
    if not has_visible_text(line):
        return ""
    if len(line) <= length:
        return line
    head = line[: length - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[length // 2 :] else head}…"


def join_url(page: str, url: str) -> str:
    """The whole address that `url` means on this page; "" for none, and for what cannot be one."""
    try:
        return urljoin(page, url.strip()) if url.strip() else ""
    except ValueError:
        return ""
