"""Reads from an element's name, style and class how its words look, as each program writes it."""

from __future__ import annotations

import re

from blog.editing.conversion.tree import Element
from blog.markup.html_parts import tag_set

_MARKS_OF_TAGS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "var"), "em"),
    **dict.fromkeys(("s", "strike", "del"), "del"),
    "sup": "sup",
    "sub": "sub",
}
_CODE_TAGS = tag_set("code tt samp kbd")
_MONOSPACE = re.compile(
    r"[\"' ]*(?:courier|consolas|menlo|monaco|monospace|roboto mono|source code pro|ui-monospace|sfmono|cascadia|"
    r"fira code|jetbrains mono|liberation mono|dejavu sans mono|droid sans mono)"
)
_LANGUAGE = re.compile(r"(?:language-|lang-|highlight-source-|brush:|sourceCode )([\w+#.-]{1,30})", re.ASCII)
_WORD_LIST = re.compile(r"\bl(\d+) level(\d+)")
_INVISIBLE_CLASSES = {"anchor", "headerlink", "header-anchor", "mw-editsection", "sr-only-link"}


def marks_within(element: Element, around: frozenset[str]) -> frozenset[str]:
    """The marks of what is in this element, within one whose words have the marks `around`."""
    marks = set(around)
    if mark := _MARKS_OF_TAGS.get(element.tag):
        marks.add(mark)
    style = element.style
    if weight := style.get("font-weight"):
        _switch(marks, "strong", weight in ("bold", "bolder") or (weight.isdecimal() and int(weight[:4]) >= 600))
    if slant := style.get("font-style"):
        _switch(marks, "em", slant in ("italic", "oblique"))
    if "line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", ""):
        marks.add("del")
    if (place := style.get("vertical-align")) in ("super", "sub"):
        marks.add({"super": "sup", "sub": "sub"}[place])
    return frozenset(marks)


def _switch(marks: set[str], mark: str, is_on: bool) -> None:
    if is_on:
        marks.add(mark)
    else:
        marks.discard(mark)


def is_code(element: Element) -> bool:
    return element.tag in _CODE_TAGS


def is_monospace(element: Element) -> bool:
    """Is it set in the typeface of code?"""
    return bool(_MONOSPACE.match(element.style.get("font-family", "")))


def is_unseen(element: Element) -> bool:
    """Is it hidden, or a control of the page it comes from?"""
    style = element.style
    return (
        style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or style.get("mso-hide") == "all"
        or "hidden" in element.attrs
        or (element.tag == "a" and not _INVISIBLE_CLASSES.isdisjoint(element.classes))
    )


def is_preformatted(element: Element) -> bool:
    """Is it a block of code? Editors of code copy a `div` that keeps its spaces."""
    return element.tag == "pre" or (
        element.tag == "div" and element.style.get("white-space", "").startswith("pre") and is_monospace(element)
    )


def code_language(element: Element) -> str:
    """The language that the classes of a block of code name."""
    near = [element, *element.descendants(), *[above for above in (element.parent,) if above is not None]]
    for each in near[:4] + near[-1:]:
        if match := _LANGUAGE.search(each.attrs.get("class", "")):
            return match[1]
    return ""


def word_list_level(element: Element) -> tuple[str, int] | None:
    """The list and the level, from 1, of a paragraph that Word shows as an item of a list."""
    match = _WORD_LIST.search(element.style.get("mso-list", "")) if element.tag in ("p", "div") else None
    return (match[1], int(match[2])) if match else None


def take_word_bullet(element: Element) -> str:
    """Remove the bullet or number that Word wrote before an item, and return it."""
    for part in element.descendants():
        if part.style.get("mso-list") == "ignore":
            part.remove()
            return part.words()
    return ""


def heading_level(element: Element) -> int:
    """From 1 to 6; 0 for what is no heading."""
    if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return int(element.tag[1])
    return 1 if "MsoTitle" in element.classes else 0


def is_word_quotation(element: Element) -> bool:
    return element.tag == "p" and any(name.startswith(("MsoQuote", "MsoIntenseQuote")) for name in element.classes)
