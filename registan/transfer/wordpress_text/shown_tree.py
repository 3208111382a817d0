"""Parses the HTML that WordPress would show, as a tree with all that our posts can show."""

from __future__ import annotations

import re

import nh3

from blog.editing.conversion.marks import is_unseen
from blog.editing.conversion.tree import Element, parse_html_tree
from blog.markup.html_parts import tag_set

_TAGS = tag_set(
    "a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup dd"
    " del details dfn dir div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img"
    " ins kbd legend li main mark menu nav ol p pre q rp rt ruby s samp section small source span strike strong sub"
    " summary sup table tbody td tfoot th thead time tr tt u ul var video wbr xmp"
)
_REMOVED_WITH_CONTENT = tag_set("embed iframe noembed noframes object script select style svg template textarea title")
_ATTRIBUTES = tag_set(
    "align alt cite class colspan data-lazy-src data-orig-file data-src datetime dir height hidden href id lang name"
    " open reversed rowspan scope span src start style title type value width"
)
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_REMOVED_WITH_CONTENT,
    attributes={"*": _ATTRIBUTES},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
# Not text: the renderer replaces them, and we use some as marks within one conversion.
_NONCHARACTERS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Players and their words for browsers without them, and our links in their place.
_PLAYERS = ("audio", "video")
MEDIA_CLASSES = ["figure", "figure--media"]


def clean_characters(text: str) -> str:
    """The text with `\\n` between lines, and without what is no character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _NONCHARACTERS.sub("\ufffd", text)


def parse_shown(html: str) -> Element:
    """The tree of HTML. Raises TooCostly if parsing would take long."""
    return parse_html_tree(html, _cleaner)


def text_of(element: Element) -> str:
    """The words that are seen, with a space between blocks; those that only name a file are left out."""
    parts: list[str] = []
    _collect_text(element, parts)
    return "".join(parts)


def _collect_text(element: Element, parts: list[str]) -> None:
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag not in _PLAYERS and not is_unseen(child) and not _names_file(child):
            sign = {"q": '"', "br": "\n"}.get(child.tag, "\n" if child.is_block else "")
            parts.append(sign)
            _collect_text(child, parts)
            parts.append(sign)


def _names_file(element: Element) -> bool:
    """Is it a link that our pages show with a player, or the button with which WordPress offers a file?"""
    if element.tag != "a":
        return False
    return (
        element.parent is not None and element.parent.classes == MEDIA_CLASSES
    ) or "wp-block-file__button" in element.classes
