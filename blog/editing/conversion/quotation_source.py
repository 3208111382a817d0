"""Finds the source at the end of a quotation."""

from __future__ import annotations

import re

from blog.editing.conversion.inline import Span, tidy_spans
from blog.editing.conversion.tree import Element

_DASH = re.compile(r"\s*(?:—|–|―|---?)\s*")
_SOURCE_TAGS = {"footer", "figcaption", "cite"}


def take_source(quotation: Element) -> Element | None:
    """Remove the last element of a quotation if it names the source, and return it."""
    parts = [child for child in quotation.children if not isinstance(child, str) or child.strip()]
    last = parts[-1] if len(parts) > 1 else None
    if isinstance(last, Element) and last.tag == "p":
        inner = [child for child in last.children if not isinstance(child, str) or child.strip(" \n\u00a0—–-")]
        if len(inner) == 1 and isinstance(inner[0], Element) and inner[0].tag == "cite":
            last.remove()
            return inner[0]
    if isinstance(last, Element) and last.tag in _SOURCE_TAGS:
        last.remove()
        return last
    return None


def without_dash(spans: list[Span]) -> list[Span]:
    """The words of a source without the dash that the page will draw."""
    if spans and spans[0].kind == "text":
        return tidy_spans([spans[0]._replace(text=_DASH.sub("", spans[0].text, count=1)), *spans[1:]])
    return spans
