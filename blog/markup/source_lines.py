"""Where in the source a block of the page comes from: for a preview that scrolls in step, and for nothing stored.

The marks pass the cleaner as text, between two signs that no text has: the gate takes them out of whatever is typed
(`_UNPRINTABLE` in blog/markup/renderer.py). So the cleaner needs no hole, and a published page cannot hold any.
"""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markup.limits import MeteredMarkdown

_MARK = re.compile("\ufdd0([0-9]{1,6})\ufdd1")


def add_line_rule(md: MeteredMarkdown) -> None:
    """Mark the outermost blocks of texts that are rendered with `lines` in their env."""
    md.core.ruler.push("lines", _mark_lines)


def strip_line_marks(html: str) -> str:
    """`html` without its marks: what the limits are about."""
    return _MARK.sub("", html)


def with_line_marks(html: str) -> str:
    """`html` (cleaned) with an empty `<span data-line="…">` for each mark: the line, from 0, of the block after it."""
    return _MARK.sub(r'<span data-line="\1"></span>', html)


def _mark_lines(state: StateCore) -> None:
    if not state.env.get("lines"):
        return
    marked: list[Token] = []
    for token in state.tokens:
        if token.level == 0 and token.map and token.nesting >= 0:
            marked.append(Token("html_block", "", 0, content=f"\ufdd0{token.map[0]}\ufdd1"))
        marked.append(token)
    state.tokens = marked
