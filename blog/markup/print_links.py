"""Links on paper, where nobody can press them: which of them need not say again where they lead."""

from __future__ import annotations

import re

from blog.markup.html_parts import ATTRIBUTES

# In the gate's own HTML: every `a` is closed and holds no other.
_LINK = re.compile(rf"<a ({ATTRIBUTES})>(.*?)</a>", re.DOTALL)
_HREF = re.compile(r'(?:^| )href="(https?://[^"]*)"')
_SHOWN_URL = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)


def mark_repeated_links(html: str) -> str:
    """`html` with `class="again"` on each link that shows its address itself, or whose address stood on one before."""
    told: set[str] = set()

    def mark(link: re.Match[str]) -> str:
        target = _HREF.search(link[1])
        if target is None or 'class="' in link[1]:
            return link[0]
        again = target[1] in told or _SHOWN_URL.fullmatch(link[2])
        told.add(target[1])
        return f'<a class="again" {link[0][3:]}' if again else link[0]

    return _LINK.sub(mark, html)
