"""Marks links whose address need not be printed after them."""

from __future__ import annotations

import re

from blog.markup.html_parts import ATTRIBUTES

# In rendered HTML every `a` is closed and contains no other.
_LINK = re.compile(rf"<a ({ATTRIBUTES})>(.*?)</a>", re.DOTALL)
_HREF = re.compile(r'(?:^| )href="(https?://[^"]*)"')
_SHOWN_URL = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)


def mark_repeated_links(html: str) -> str:
    """Add `class="again"` to each link whose text is its address, or whose address an earlier link has."""
    printed: set[str] = set()

    def mark(link: re.Match[str]) -> str:
        target = _HREF.search(link[1])
        if target is None or 'class="' in link[1]:
            return link[0]
        is_repeated = target[1] in printed or _SHOWN_URL.fullmatch(link[2])
        printed.add(target[1])
        return f'<a class="again" {link[0][3:]}' if is_repeated else link[0]

    return _LINK.sub(mark, html)
