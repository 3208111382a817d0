"""Makes of WordPress's HTML the HTML that our own Markdown would make: pictures, galleries, players, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable

from blog.editing.conversion.marks import code_language, is_unseen, marks_within
from blog.editing.conversion.quotation_source import take_source
from blog.editing.conversion.tree import Element
from blog.markup.html_parts import tag_set
from blog.markup.lone_links import LONE_LINK
from registan.transfer.wordpress_text.pictures import TargetReader, build_gallery, picture_of, tidy_figure
from registan.transfer.wordpress_text.tree_parts import (
    Node,
    as_blocks,
    has_content,
    new_element,
    split_paragraph,
    strip_edges,
    take_edges,
)

_RENAMED = {"b": "strong", "i": "em", "strike": "s", "tt": "code", "acronym": "abbr", "xmp": "pre", "h1": "h2"}
_UNWRAPPED = tag_set("bdo big font nobr source wbr")
# Frames for the layout: their words stay.
_LAYOUT = tag_set("address article aside center div fieldset footer header hgroup legend main nav section")
_HEADINGS = tag_set("h2 h3 h4 h5 h6")
_MARKS = ("del", "strong", "em", "sup", "sub")
_GALLERY = re.compile(r"(?:^|\s)(?:wp-block-gallery|blocks-gallery-grid|tiled-gallery|gallery)(?:\s|$)")
_MAY_BE_EMPTY = tag_set("td th tr tbody thead tfoot table col colgroup li details summary")
ADDRESS = re.compile(r"https?://[^\s<>\"'`\[\]\\]{3,1900}")
OUR_CLASSES = {"figure", "figure--media", "footnotes", "footnote-ref", "gallery", "quotation"}
_DASH = re.compile(r"^\s*(?:—|–|―|---?|-)\s*")


class TreeTidier:
    """Goes over a tree once, from within, and puts in place of each element what ours has for it."""

    def __init__(self, targets: TargetReader) -> None:
        self.targets = targets

    def tidy(self, root: Element) -> None:
        """Leave only blocks in `root`, and in each only what a text of ours can hold."""
        root.children = as_blocks(self.tidy_children(root), root)
        for child in root.children:
            if isinstance(child, Element):
                child.parent = root
                if child.tag == "p" and (address := _lone_address(child)):
                    self.tidy_lone_address(child, address)

    def tidy_lone_address(self, paragraph: Element, address: str) -> None:
        """An address alone becomes a card, or a link to where its page is now on this site."""
        target = self.targets.link(address)
        is_elsewhere = target.startswith(("http://", "https://"))
        words = target if is_elsewhere else address
        paragraph.attrs = {"class": LONE_LINK} if is_elsewhere else {}
        paragraph.children = [new_element("a", [words], {"href": target}, paragraph)]

    def tidy_children(self, element: Element) -> list[Node]:
        children: list[Node] = []
        for child in element.children:
            children += [child] if isinstance(child, str) else self.tidy_element(child)
        for each in children:
            if isinstance(each, Element):
                each.parent = element
        return children

    def tidy_element(self, element: Element) -> list[Node]:
        """What stands in place of an element."""
        if is_unseen(element) or "wp-block-file__button" in element.classes:
            return []
        if element.tag in ("audio", "video"):
            return self.tidy_player(element)
        element.children = self.tidy_children(element)
        element.tag = _RENAMED.get(element.tag, element.tag)
        nodes = self.replace_element(element)
        for node in nodes:
            _drop_look(node)
        return [node for node in nodes if isinstance(node, str) or node.tag in _MAY_BE_EMPTY or has_content(node)]

    def replace_element(self, element: Element) -> list[Node]:
        if _GALLERY.search(element.attrs.get("class", "")) and (gallery := build_gallery(element)):
            return gallery
        if rule := getattr(self, f"tidy_{element.tag}", None):
            nodes: list[Node] = rule(element)
            return nodes
        if element.tag in _HEADINGS:
            return self.tidy_heading(element)
        if element.tag in _LAYOUT:
            return as_blocks(element.children, element)
        if element.tag in _UNWRAPPED:
            return element.children
        return [element] if element.is_block else self.tidy_inline(element)

    # Within a paragraph

    def tidy_a(self, element: Element) -> list[Node]:
        """A link; a picture's link to its own file is ours to make, and one to nowhere is none."""
        address = element.attrs.get("href", "").strip()
        image = picture_of(element)
        if not address or address == "#":
            return element.children
        target = self.targets.link(address)
        if image is not None and self.targets.is_same_file(image, address):
            return element.children
        element.attrs = {"href": target} | {
            name: element.attrs[name] for name in ("id", "name") if name in element.attrs
        }
        return self.tidy_inline(element)

    def tidy_img(self, element: Element) -> list[Node]:
        if "1" in (element.attrs.get("width"), element.attrs.get("height")):
            return []  # it counts visitors
        self.targets.picture(element)
        return [element] if element.attrs.get("src") else []

    def tidy_span(self, element: Element) -> list[Node]:
        """Words whose style is emphasis are emphasised; no other style is kept."""
        nodes: list[Node] = element.children
        marks = marks_within(element, frozenset())
        for mark in (each for each in _MARKS if each in marks):
            nodes = self.tidy_inline(new_element(mark, nodes))
        if "underline" in element.style.get("text-decoration", ""):
            nodes = self.tidy_inline(new_element("u", nodes))
        kept = {name: element.attrs[name] for name in ("lang", "dir", "title") if element.attrs.get(name)}
        return self.tidy_inline(new_element("span", nodes, kept)) if kept else nodes

    def tidy_inline(self, element: Element) -> list[Node]:
        """An inline element around blocks, which HTML allows and Markdown does not, moves into each of them."""
        if element.parent is not None and element.parent.tag == "pre":  # blanks are part of code
            return [element]
        if not any(isinstance(child, Element) and child.is_block for child in element.children):
            return take_edges(element) if has_content(element) else element.children
        nodes: list[Node] = []
        for block in as_blocks(element.children, element):
            if isinstance(block, Element) and (block.tag == "p" or block.tag in _HEADINGS):
                block.children = [new_element(element.tag, block.children, dict(element.attrs), block)]
            elif element.tag == "a":
                self.targets.findings.losses["link-around-block"] += 1
            nodes.append(block)
        return nodes

    def tidy_player(self, element: Element) -> list[Node]:
        sources = [element, *(child for child in element.descendants() if child.tag == "source")]
        address = next((each.attrs["src"] for each in sources if each.attrs.get("src")), "")
        return [self.targets.media(address)] if address else []

    # Blocks

    def tidy_p(self, element: Element) -> list[Node]:
        """A paragraph; one with blocks in it, or with empty lines, becomes several."""
        if any(isinstance(child, Element) and child.is_block for child in element.children):
            return as_blocks(element.children, element)
        return split_paragraph(element)

    def tidy_heading(self, element: Element) -> list[Node]:
        """A heading is bold by itself."""
        strip_edges(element)
        only = element.children[0] if len(element.children) == 1 else ""
        if isinstance(only, Element) and only.tag == "strong":
            element.children = only.children
        return [element]

    tidy_th = tidy_heading

    def tidy_pre(self, element: Element) -> list[Node]:
        """Code; a poem is a paragraph with its lines."""
        if "wp-block-verse" not in element.classes:
            _end_lines(element)
            return [element]
        _break_verse(element)
        element.tag = "p"
        return split_paragraph(element)

    def tidy_ul(self, element: Element) -> list[Node]:
        element.children = [child for child in element.children if not isinstance(child, str) or child.strip()]
        return [element]

    tidy_ol = tidy_dl = tidy_ul

    def tidy_blockquote(self, element: Element) -> list[Node]:
        """A quotation; what names its source stands below it."""
        source = take_source(element) or _take_last_line(element)
        element.children = as_blocks(element.children, element)
        element.attrs = {name: element.attrs[name] for name in ("cite",) if element.attrs.get(name)}
        return [quotation(element, source.children)] if source is not None else [element]

    def tidy_figure(self, element: Element) -> list[Node]:
        parts = [child for child in element.children if not isinstance(child, str) or child.strip()]
        match parts:
            case [Element(tag="blockquote") as quote, Element(tag="figcaption") as caption]:
                return [quotation(quote, caption.children)]
        return tidy_figure(element)


def quotation(quote: Element, source: Iterable[Node]) -> Element:
    """A quotation with the line that names its source, whose dash the page draws."""
    caption = new_element("figcaption", list(source))
    strip_edges(caption)
    if caption.children and isinstance(caption.children[0], str):
        caption.children[0] = _DASH.sub("", caption.children[0])
    for child in caption.children:
        if isinstance(child, Element) and child.tag == "em":  # what is emphasised in a source is a work's title
            child.tag = "cite"
    return new_element("figure", [quote, "\n", caption] if has_content(caption) else [quote], {"class": "quotation"})


def _lone_address(paragraph: Element) -> str:
    """The address that is all there is in a paragraph, linked or not."""
    if any(isinstance(child, Element) and child.tag != "a" for child in paragraph.children):
        return ""
    words = paragraph.words()
    links = [child for child in paragraph.children if isinstance(child, Element)]
    is_own = all(link.attrs.get("href", "").rstrip("/") == words.rstrip("/") for link in links)
    return words if is_own and ADDRESS.fullmatch(words) else ""


def _take_last_line(quote: Element) -> Element | None:
    """Remove the source that is the last line of the last paragraph."""
    last = quote.children[-1] if quote.children else None
    if not isinstance(last, Element) or last.tag != "p" or len(last.children) < 3:
        return None
    before, source = [child for child in last.children if not isinstance(child, str) or child.strip()][-2:]
    if not isinstance(before, Element) or not isinstance(source, Element) or (before.tag, source.tag) != ("br", "cite"):
        return None
    source.remove()
    strip_edges(last)
    return source


def _drop_look(node: Node) -> None:
    """Leave only our own classes, and the one that names the language of code."""
    if isinstance(node, Element):
        language = code_language(node) if node.tag == "code" or _is_bare_code(node) else ""
        classes = [f"language-{language}"] if language else [name for name in node.classes if name in OUR_CLASSES]
        node.attrs.pop("style", None)
        node.attrs.pop("class", None)
        node.attrs |= {"class": " ".join(classes)} if classes else {}


def _is_bare_code(element: Element) -> bool:
    return element.tag == "pre" and all(isinstance(child, str) for child in element.children)


def _end_lines(element: Element) -> None:
    """Write the line breaks of code as characters."""
    for place, child in enumerate(element.children):
        if isinstance(child, Element):
            _end_lines(child)
            element.children[place] = "\n" if child.tag == "br" else child


def _break_verse(element: Element) -> None:
    """Write the line breaks of a poem as elements, and its indents as spaces that stay."""
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, Element):
            _break_verse(child)
            children.append(child)
            continue
        for number, line in enumerate(child.split("\n")):
            indent = len(line) - len(line.lstrip(" "))
            children += [new_element("br", [])] * bool(number) + ["\u00a0" * indent + line[indent:]]
    element.children = children
