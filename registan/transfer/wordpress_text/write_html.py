"""Writes elements as HTML that stands in Markdown as one block: without empty lines, and with what our pages keep."""

from __future__ import annotations

import re
from html import escape

from blog.editing.conversion.tree import Element
from blog.markup.html_parts import VOID_TAGS

_EVERYWHERE = ("class", "lang", "dir")
_OF_TAG = {
    "a": ("href", "id", "title"),
    "abbr": ("title",),
    "blockquote": ("cite",),
    "col": ("span",),
    "colgroup": ("span",),
    "del": ("cite", "datetime"),
    "details": ("open",),
    "dfn": ("title",),
    "img": ("src", "alt", "width", "height"),
    "ins": ("cite", "datetime"),
    "li": ("id", "value"),
    "ol": ("start", "type", "reversed"),
    "q": ("cite",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "time": ("datetime",),
}
_SPACES = re.compile(r"[ \t\n\f\r]+")
_EMPTY_LINE = re.compile(r"\n(?=[ \t]*(?:\n|$))")


def write_element(element: Element) -> str:
    """The HTML of an element, on one line but for code."""
    parts: list[str] = []
    _write(element, parts, is_verbatim=False)
    return "".join(parts)


def _write(node: Element | str, parts: list[str], *, is_verbatim: bool) -> None:
    if isinstance(node, str):
        text = escape(node, quote=False).replace("\u00a0", "&nbsp;")
        parts.append(_EMPTY_LINE.sub("&#10;", text) if is_verbatim else _SPACES.sub(" ", text))
        return
    names = (*_OF_TAG.get(node.tag, ()), *_EVERYWHERE)
    attributes = "".join(f' {name}="{escape(node.attrs[name])}"' for name in names if name in node.attrs)
    parts.append(f"<{node.tag}{attributes}>")
    if node.tag in VOID_TAGS:
        return
    for child in node.children:
        _write(child, parts, is_verbatim=is_verbatim or node.tag == "pre")
    parts.append(f"</{node.tag}>")
