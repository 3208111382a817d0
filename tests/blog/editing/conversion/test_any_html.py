"""Any HTML at all: what it becomes renders, shows the same words and is safe; and the time it takes is bounded."""

import contextlib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.editing.conversion.convert import html_to_markdown, seen_words
from blog.editing.conversion.tree import parse_html_tree
from blog.markup.limits import TooCostly
from blog.markup.renderer import render_author_markdown
from tests.blog.editing.conversion.reading import words_seen

TAGS = "p div b i em strong a ul ol li h1 h2 h3 blockquote pre code table tr td th sup sub span br hr s figure".split()  # noqa: SIM905
WORDS = st.text(st.sampled_from("ab1 .-_*#`~[](){}<>!|\\&;:=+—»é\u00a0\n\"'^$"), max_size=12)
PLAIN = st.text(st.sampled_from("ab1 .,-_*#`~[](){}!|\\:+»é\u00a0^$"), min_size=1, max_size=12)
UNSAFE = re.compile(r"<(?:script|iframe|svg|style|object)|\son\w+=|(?:href|src)=\"\s*(?:javascript|data|file):", re.I)


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


soup = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            ['<a href="javascript:x">', '<a href="https://a.org/(b)">', "<script>x</script>", "<img src=x>"]
        ),
        st.sampled_from(
            ['<p style="mso-list:l0 level2">', '<span style="mso-list:Ignore">', "<a href=#n id=r>", "<li id=n>"]
        ),
    ),
    max_size=25,
).map("".join)
inline = st.recursive(
    PLAIN.map(escaped),
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", "s", "span", "sub"]), st.lists(inner, min_size=1, max_size=3)
    ).map(lambda part: f"<{part[0]}>{''.join(part[1])}</{part[0]}>"),
    max_leaves=6,
)
paragraphs = st.lists(inline.map(lambda words: f"<p>{words}</p>"), min_size=1, max_size=4).map("".join)


@given(soup)
def test_whatever_is_pasted_renders_without_anything_unsafe(html):
    try:
        text = html_to_markdown(html).markdown
    except TooCostly:
        return
    assert not UNSAFE.search(render_author_markdown(text))


@given(paragraphs)
def test_every_sign_of_a_paragraph_is_shown(html):
    shown = render_author_markdown(html_to_markdown(html).markdown)
    assert seen_words(words_seen(shown)) == seen_words(words_seen(html))


@given(paragraphs)
def test_what_was_pasted_is_pasted_again_from_the_page_as_it_was(html):
    shown = render_author_markdown(html_to_markdown(html).markdown)
    assert words_seen(render_author_markdown(html_to_markdown(shown).markdown)) == words_seen(shown)


HOSTILE = {
    "open formatting": "<b><p>" * 20_000,
    "open links": "<a href=x>" * 50_000,
    "open elements": "<div>" * 100_000,
    "comments": "<!--" * 200_000,
    "stray ends": "</p></b>" * 50_000,
    "cells": "<table><tr>" + "<td colspan=1000 rowspan=1000>a" * 20_000,
    "rows": "<table>" + "<tr><td>a<td>b" * 40_000,
    "lists": "<ul><li>" * 20_000,
    "stars": "<b>*</b>" * 20_000,
    "notes": "".join(f'<a href="#n" id="r{n}">{n}</a>' for n in range(5_000))
    + '<p id="n">'
    + '<a href="#r1">x</a>' * 5_000,
    "attributes": "<p " + "a=b " * 50_000 + ">",
    "brackets": "[" * 100_000 + "&" * 50_000,
    "tildes": "~" * 100_000,
    "spaces": "<p>" + " \u00a0" * 100_000,
}
# Seconds, ten times what it takes on slow cores: it is a limit, not a measurement.
PATIENCE = 10


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_hostile_html_takes_little_time(html):
    start = time.process_time()
    with contextlib.suppress(TooCostly):
        html_to_markdown(html)
    assert time.process_time() - start < PATIENCE


def test_half_a_character_is_shown_as_one_that_is_missing():
    assert html_to_markdown("<p>a\ud83db</t\udcffle").markdown == "a\ufffdb"


def test_the_tree_is_no_deeper_than_python_can_follow():
    assert html_to_markdown("<div>" * 900 + "deep" + "</div>" * 900).markdown == "deep"
    assert parse_html_tree("<p>a").words() == "a"
