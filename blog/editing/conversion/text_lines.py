"""Tells lines from paragraphs: two breaks in a row, and what mail programs make of an empty line."""

from __future__ import annotations

from blog.editing.conversion.inline import Span
from blog.editing.conversion.tree import Element


def is_word_line(child: Element | str) -> bool:
    """Is it a `div` with words only?"""
    return isinstance(child, Element) and child.tag == "div" and not any(each.is_block for each in child.descendants())


def is_empty_line(child: Element | str) -> bool:
    return isinstance(child, Element) and is_word_line(child) and child.raw_text().strip(" \u00a0\t") == "\n"


def split_at_empty_lines(spans: list[Span]) -> list[list[Span]]:
    parts: list[list[Span]] = [[]]
    breaks = 0
    for span in spans:
        breaks = breaks + 1 if span.kind == "break" else breaks if not span.text.strip() else 0
        if span.kind == "break" and breaks == 2:
            parts.append([])
        parts[-1].append(span)
    return parts
