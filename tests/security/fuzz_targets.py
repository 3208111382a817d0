"""What is fuzzed: for each target its seeds, what must hold for any input, and a protection whose absence is found."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from typing import NamedTuple
from unittest.mock import patch
from xml.etree import ElementTree

from blog.editing.conversion import inline
from blog.editing.conversion.convert import html_to_markdown
from blog.fulltext import sqlite
from blog.fulltext.query import format_query, parse_query
from blog.markup import renderer
from blog.markup.limits import TooCostly
from blog.search import engine
from registan.transfer.records.export_records import Item
from registan.transfer.wordpress.reader.export_reader import ExportReader
from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.text_decoder import TextDecoder
from registan.transfer.wordpress_text.comments import convert_comment
from registan.transfer.wordpress_text.contract import OldSite
from registan.transfer.wordpress_text.posts import convert_post
from tests.blog.markup.corpora import commonmark_examples, naughty_strings
from tests.blog.markup.safe_html import Inspector
from tests.registan.transfer import wxr

# Seconds of CPU for one input of some kilobytes. Counting which lines run makes everything several times slower.
MAX_SECONDS = 4.0


class Target(NamedTuple):
    """`check` raises for an input that breaks a promise; `without` takes a protection away, for the control."""

    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[str]]
    without: Callable[[], object]
    max_length: int = 4_000


def as_text(data: bytes) -> str:
    """Any bytes as text: those that are no UTF-8 become lone surrogates, which JSON can send as well."""
    return data.decode("utf-8", "surrogateescape")


def check_html(html: str, *, author: bool) -> None:
    inspector = Inspector(author=author)
    inspector.feed(html)
    inspector.close()
    assert inspector.open == [], inspector.open
    html.encode()
    assert "<" not in re.sub(r"<[^<>]*>", "", html), "a tag that is not closed"


def check_markdown(data: bytes) -> None:
    """The first byte chooses whose text it is."""
    text = as_text(data[1:])
    for author, render in ((True, renderer.render_author_markdown), (False, renderer.render_reader_markdown)):
        if author == bool(data[:1] > b"P"):
            with suppress(TooCostly):
                check_html(render(text), author=author)


def check_paste(data: bytes) -> None:
    with suppress(TooCostly):
        check_html(renderer.render_author_markdown(html_to_markdown(as_text(data)).markdown), author=True)


def check_export(data: bytes) -> None:
    """The export is read, and the text of each post and comment in it is converted and rendered."""
    with suppress(RefusedExport):
        for record in ExportReader(wxr.MemoryPart([data[:700], data[700:]])):
            if isinstance(record, Item):
                check_item(record)


def check_item(item: Item) -> None:
    with suppress(TooCostly):
        check_html(renderer.render_author_markdown(convert_post(item.content, OldSite()).body), author=True)
    for comment in item.comments:
        for body in convert_comment(comment.content, OldSite()).bodies:
            check_html(renderer.render_reader_markdown(body), author=False)


def check_search(data: bytes) -> None:
    """The query is read, read again as we would write it, and asked of the database; some come by their address."""
    from django.test import Client

    text = as_text(data)
    query = parse_query(text)
    assert query.is_truncated or parse_query(format_query(query)) == query, format_query(query)
    if query:
        engine.find_texts(query)
        engine.suggest_queries(query)
    if len(data) % 8 == 0:
        asked = {"q": text.encode("utf-8", "replace").decode()}
        assert Client().get("/search/", asked).status_code == 200
        ElementTree.fromstring(Client().get("/search/feed/", asked).content)  # noqa: S314


def timed(check: Callable[[bytes], None], data: bytes) -> None:
    start = time.process_time()
    check(data)
    seconds = time.process_time() - start
    assert seconds < MAX_SECONDS, f"too slow: {seconds:.1f} s for {len(data)} bytes"


def texts() -> list[str]:
    return [*naughty_strings(), *(markdown for markdown, _ in commonmark_examples())]


def pages() -> list[str]:
    from tests.blog.editing.conversion.reading import read_samples

    return [*(sample.html for sample in read_samples()), *(html for _, html in commonmark_examples())]


def exports() -> list[str]:
    bodies = [
        "Words.",
        "<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->",
        "[gallery ids='1,2']\n\nTwo<!--more-->",
    ]
    seeds = [
        wxr.export(wxr.author("alice"), wxr.item(wxr.comment(1), wxr.meta("a", "b"), content=body)) for body in bodies
    ]
    return [*seeds, *(wxr.export(wxr.item(wxr.comment(1, content=page), content=page)) for page in pages()[::40])]


def searches() -> list[str]:
    written = ['tea "green tea" -coffee', "author:alice tag:tea year:2026 cup*", "a OR b OR -c", 'tag:"', "-year:x *"]
    return [*written, *naughty_strings()]


class Unchanged:
    """In the sanitiser's place: lets everything through."""

    def clean(self, html: str) -> str:
        return html


def without_sanitiser() -> object:
    return patch.multiple(renderer, _author_cleaner=Unchanged(), _reader_cleaner=Unchanged())


def without_escapes() -> object:
    """Either of the two is enough: what is pasted is escaped, and the page that it makes is sanitised."""
    stack = ExitStack()
    stack.enter_context(without_sanitiser())
    stack.enter_context(patch.object(inline, "_escape_words", lambda words: words))
    return stack


def without_decoder() -> object:
    return patch.object(TextDecoder, "feed", lambda self, chunk, final=False: chunk.decode())


def without_quotes() -> object:
    return patch.object(sqlite, "fts5_phrase", lambda words: " ".join(words))


TARGETS = {
    "markdown": Target(check_markdown, texts, without_sanitiser, max_length=10_000),
    "paste": Target(check_paste, pages, without_escapes),
    "wxr": Target(check_export, exports, without_decoder, max_length=8_000),
    "search": Target(check_search, searches, without_quotes, max_length=600),
}


def describe(data: bytes) -> str:
    """An input as a literal that a test can hold."""
    return json.dumps(as_text(data)[:2_000])
