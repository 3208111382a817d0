"""Small changes of a tree: what is empty, where paragraphs begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blog.editing.conversion.tree import Element

Node = Element | str

_CONTENT = ("img", "hr", "audio", "video")
_BLANK = " \t\n\f\r\u00a0\u200b\ufeff"


def new_element(
    tag: str, children: Iterable[Node], attrs: Mapping[str, str] | None = None, parent: Element | None = None
) -> Element:
    """An element with these children, which know it as their parent."""
    element = Element(tag, dict(attrs or {}), parent)
    element.children = list(children)
    for child in element.children:
        if isinstance(child, Element):
            child.parent = element
    return element


def has_content(element: Element) -> bool:
    """Is there anything to see in it?"""
    if element.tag in _CONTENT or element.tag == "br":
        return True
    return any(
        bool(child.strip(_BLANK)) if isinstance(child, str) else child.tag != "br" and has_content(child)
        for child in element.children
    )


def as_blocks(nodes: Iterable[Node], parent: Element) -> list[Node]:
    """These nodes, with the words between blocks as paragraphs."""
    blocks: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and (isinstance(node, str) or not node.is_block):
            run.append(node)
            continue
        blocks += split_paragraph(new_element("p", run, parent=parent))
        run = []
        if node is not None:
            blocks.append(node)
    return blocks


def split_paragraph(paragraph: Element) -> list[Node]:
    """The paragraph, without spaces and breaks at its edges; several if it has empty lines, none if it is empty."""
    parts: list[list[Node]] = [[]]
    for child in paragraph.children:
        after_break = _after_break(parts[-1])
        if isinstance(child, Element) and child.tag == "br" and after_break:
            parts.append([])
        else:
            parts[-1].append(child)
    paragraphs = [new_element("p", part, paragraph.attrs, paragraph.parent) for part in parts]
    for each in paragraphs:
        strip_edges(each)
    return [each for each in paragraphs if has_content(each)]


def _after_break(nodes: list[Node]) -> bool:
    for node in reversed(nodes):
        if isinstance(node, Element):
            return node.tag == "br"
        if node.strip(_BLANK):
            return False
    return False


def strip_edges(element: Element) -> None:
    """Remove spaces and breaks at the start and at the end."""
    nodes = element.children
    while nodes and _is_space(nodes[0]):
        nodes.pop(0)
    while nodes and _is_space(nodes[-1]):
        nodes.pop()
    if nodes and isinstance(nodes[0], str):
        nodes[0] = nodes[0].lstrip(" \t\n\f\r")
    if nodes and isinstance(nodes[-1], str):
        nodes[-1] = nodes[-1].rstrip(" \t\n\f\r")


def take_edges(element: Element) -> list[Node]:
    """An inline element, with the spaces at its edges outside it."""
    if not element.children:
        return [element]
    first, last = element.children[0], element.children[-1]
    before = " " if isinstance(first, str) and first[:1].isspace() else ""
    after = " " if isinstance(last, str) and last[-1:].isspace() else ""
    if isinstance(first, str):
        element.children[0] = first.lstrip()
    last = element.children[-1]
    if isinstance(last, str):
        element.children[-1] = last.rstrip()
    return [*([before] if before else []), element, *([after] if after else [])]


def _is_space(node: Node) -> bool:
    return node.tag == "br" if isinstance(node, Element) else not node.strip(_BLANK)
