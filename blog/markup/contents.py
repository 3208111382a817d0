"""The contents list of a long text: links to its headings, in two levels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from blog.markup.extract import plain_text
from blog.markup.html_parts import ATTRIBUTES
from blog.text.reading_time import count_words

# A shorter text is seen as a whole, and fewer headings need no list.
MIN_WORDS, MIN_HEADINGS = 1_200, 4
# As anchors.py makes them; headings in footnotes have no id.
_HEADING = re.compile(rf'<h([2-6]) id="([\w-]++)"{ATTRIBUTES}>(.*?)</h\1>', re.DOTALL)


class Heading(NamedTuple):
    """A heading: its level in HTML, its id, and its words."""

    level: int
    anchor: str
    words: str


def render_contents(html: str) -> SafeString:
    """The contents list of a rendered text, nested once; "" for a text that needs none."""
    headings = find_headings(html)
    if len(headings) < MIN_HEADINGS or count_words(plain_text(html)) <= MIN_WORDS:
        return SafeString("")
    top = min(heading.level for heading in headings)
    groups: list[list[Heading]] = []
    for heading in headings:
        if heading.level == top or not groups:
            groups.append([heading])
        elif heading.level == top + 1:
            groups[-1].append(heading)
    return nest_links(render_group(*group) for group in groups)


def find_headings(html: str) -> list[Heading]:
    """The headings of a rendered text that have words."""
    found = (Heading(int(level), anchor, plain_text(inner)) for level, anchor, inner in _HEADING.findall(html))
    return [heading for heading in found if heading.words]


def render_group(first: Heading, *below: Heading) -> SafeString:
    return render_link(first) + (nest_links(map(render_link, below)) if below else SafeString(""))


def render_link(heading: Heading) -> SafeString:
    return format_html('<a href="#{}" dir="auto">{}</a>', heading.anchor, heading.words)


def nest_links(items: Iterable[SafeString]) -> SafeString:
    return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((item,) for item in items)))
