"""Block quotes of readers' Markdown as lines of its source, to take them out of a text that otherwise stays."""

from __future__ import annotations

import re
from collections.abc import Collection

from blog.markup import renderer

# What the parser takes for the end of a line.
_LINE_END = re.compile(r"\r\n|[\r\n\x85]")


def quotation_lines(text: str) -> list[tuple[int, int]]:
    """The lines, from the first up to and without the last, of each outermost block quote, in the order of the text.

    Raises TooCostly as the renderer does.
    """
    found, depth = [], 0
    for token in renderer.parse_reader_markdown(text):
        if token.type == "blockquote_open":
            if depth == 0 and token.map:
                found.append((token.map[0], token.map[1]))
            depth += 1
        elif token.type == "blockquote_close":
            depth -= 1
    return found


def replace_quotations(text: str, places: Collection[int], words: str) -> str:
    """`text` with `words` in place of what these of its outermost block quotes (from 0) say.

    Each stays a block quote, so that the others keep their places.
    """
    spans = quotation_lines(text)
    lines = _LINE_END.split(text)
    for place in sorted(places, reverse=True):
        if place < len(spans):
            start, stop = spans[place]
            before, sign, _quoted = lines[start].partition(">")
            rest = [""] if stop < len(lines) and lines[stop].strip() else []
            lines[start:stop] = [f"{before}{sign} {words}", *rest]
    return "\n".join(lines)
