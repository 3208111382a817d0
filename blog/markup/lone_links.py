"""Marks paragraphs that are nothing but one address of the web: blog/cards makes cards of them."""

from __future__ import annotations

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# The class of such a paragraph in rendered HTML.
LONE_LINK = "lone-link"


def mark_lone_links(state: StateCore) -> None:
    """Give the class to outermost paragraphs, not to those of lists, quotations and notes."""
    note_depth = 0
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        note_depth += {"footnote_block_open": 1, "footnote_block_close": -1}.get(opening.type, 0)
        is_outermost = opening.type == "paragraph_open" and opening.level == 0 and not note_depth
        if is_outermost and _is_address(inline.children or []):
            opening.attrs["class"] = LONE_LINK


def _is_address(children: list[Token]) -> bool:
    """Is it an address alone, as typed or in angle brackets? Not a link with words of its own."""
    parts = [child for child in children if child.type != "text" or child.content.strip()]
    if [part.type for part in parts] != ["link_open", "text", "link_close"] or parts[0].info != "auto":
        return False
    return parts[1].content.lower().startswith(("https://", "http://"))
