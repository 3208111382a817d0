"""Marks from which source line a block of the page comes, for a preview that scrolls in step; nothing stored has them.

The marks pass the cleaner as text between two characters that the renderer removes from any text (`_UNPRINTABLE`). So
the cleaner needs no exception, and a published page cannot contain them.
"""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markup.limits import MeteredMarkdown

_MARK = re.compile("\ufdd0([0-9]{1,6})\ufdd1")


def add_line_rule(md: MeteredMarkdown) -> None:
    """Mark the outermost blocks of texts that are rendered `with_lines`."""
    md.core.ruler.push("source_lines", _mark_lines)


def strip_line_marks(html: str) -> str:
    """Remove the marks, which do not count towards the limits."""
    return _MARK.sub("", html)


def with_line_marks(html: str) -> str:
    """Replace each mark in cleaned HTML by an empty `<span data-line="…">` with the line, from 0, of the next block."""
    return _MARK.sub(r'<span data-line="\1"></span>', html)


def _mark_lines(state: StateCore) -> None:
    if not state.env.get("with_lines"):
        return
    marked: list[Token] = []
    for token in state.tokens:
        if token.level == 0 and token.map and token.nesting >= 0:
            marked.append(Token("html_block", "", 0, content=f"\ufdd0{token.map[0]}\ufdd1"))
        marked.append(token)
    state.tokens = marked
