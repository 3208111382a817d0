"""Pictures, galleries and players of an old text in our form, and where its links lead now."""

from __future__ import annotations

import re

from blog.editing.conversion.tree import Element
from registan.transfer.wordpress_text.addresses import (
    absolute_address,
    address_key,
    find_new_address,
    is_upload,
)
from registan.transfer.wordpress_text.contract import Findings, OldSite
from registan.transfer.wordpress_text.tree_parts import Node, as_blocks, has_content, new_element, strip_edges

# Where plug-ins that load pictures late put their addresses.
_SOURCES = ("data-src", "data-lazy-src", "data-orig-file", "src")
_MADE_FROM = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}$)", re.ASCII)


class TargetReader:
    """Finds what links and pictures lead to now, and notes them."""

    def __init__(self, site: OldSite, findings: Findings) -> None:
        self.site, self.findings = site, findings

    def link(self, address: str) -> str:
        """The address that a link has now. One within the page stays; another that is not known becomes absolute."""
        old = absolute_address(address, self.site.base)
        if old.startswith(("#", "mailto:")):
            return old
        found = self.findings.media if is_upload(old) else self.findings.links
        found[old] = find_new_address(old, self.site) or old
        return found[old]

    def picture(self, element: Element) -> None:
        """Give an `img` its new address, and leave its size only if its file is not ours."""
        source = next((element.attrs[name] for name in _SOURCES if _is_file(element.attrs.get(name, ""))), "")
        old = absolute_address(source, self.site.base)
        new = find_new_address(old, self.site)
        if old:
            self.findings.media[old] = new or old
        size = ("width", "height") if new is None else ()
        kept = {name: element.attrs[name] for name in size if element.attrs.get(name, "").isdecimal()}
        alt = " ".join(element.attrs.get("alt", "").split())
        element.attrs = {"src": new or old, "alt": alt, **kept} if old else {}

    def media(self, address: str) -> Element:
        """A figure with a link to audio or video: where the file is ours, it gets a player."""
        target = self.link(address)
        name = address.partition("?")[0].rpartition("/")[2]
        return new_element("figure", [new_element("a", [name], {"href": target})], {"class": "figure figure--media"})

    def is_same_file(self, image: Element, address: str) -> bool:
        """Does the link of a picture lead to its own file, or to a larger one of the same picture?"""
        old = absolute_address(address, self.site.base)
        source = image.attrs.get("src", "")
        if find_new_address(old, self.site) == source:
            return True
        return _MADE_FROM.sub("", address_key(old)) == _MADE_FROM.sub("", address_key(source))


def _is_file(address: str) -> bool:
    return bool(address.strip()) and not address.lstrip().lower().startswith("data:")


def picture_of(element: Element) -> Element | None:
    """The picture that is all there is in an element."""
    inner = [child for child in element.children if not isinstance(child, str) or child.strip()]
    if len(inner) != 1 or isinstance(inner[0], str):
        return None
    return inner[0] if inner[0].tag == "img" else picture_of(inner[0])


def tidy_figure(element: Element) -> list[Node]:
    """A picture or a player with its caption; a figure without a caption is what it holds."""
    captions = [child for child in element.children if isinstance(child, Element) and child.tag == "figcaption"]
    held = [child for child in element.children if child not in captions]
    inner = [child for child in held if not isinstance(child, str) or child.strip()]
    caption, *others = [each for each in captions if has_content(each)] or [Element("", {}, None)]
    if not caption.tag:
        return inner if [each for each in inner if _is_figure(each)] == inner else as_blocks(held, element)
    rest = [node for other in others for node in as_blocks(other.children, other)]
    match inner:
        case [Element(tag="figure") as figure]:
            return [figure, *add_caption(figure, caption), *rest]
        case [Element(tag="p") as paragraph] if picture_of(paragraph) is not None:
            inner = paragraph.children
    if not (len(inner) == 1 and isinstance(inner[0], Element) and _is_picture(inner[0])):
        inner = as_blocks(held, element)
        if not inner:
            return [*as_blocks(caption.children, caption), *rest]
        return [new_element("figure", [*inner, *_as_captions(caption)]), *rest]
    return [new_element("figure", [*inner, *_as_captions(caption)], {"class": "figure"}), *rest]


def _is_picture(node: Node) -> bool:
    """Is it a picture, or a link with nothing but one?"""
    return isinstance(node, Element) and (node.tag == "img" or (node.tag == "a" and picture_of(node) is not None))


def _is_figure(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "figure"


def _as_captions(element: Element) -> list[Node]:
    """The words of an element as a caption, none if it is empty."""
    caption = new_element("figcaption", element.children)
    strip_edges(caption)
    return [caption] if has_content(caption) else []


def add_caption(figure: Element, words: Element) -> list[Node]:
    """Give a figure a caption. Return what is left over: the words as paragraphs, if it has a caption already."""
    if any(isinstance(child, Element) and child.tag == "figcaption" for child in figure.children):
        return as_blocks(words.children, words)
    figure.children += _as_captions(words)
    return []


def build_gallery(element: Element) -> list[Node]:
    """The pictures in an element side by side, and what is above and below them.

    [] if it holds fewer than two, or words between them that are not captions.
    """
    collected = _Pictures()
    collected.collect(element)
    count = len(collected.figures)
    between = [node for place, node in collected.rest if 0 < place < count]
    if count < 2 or any(has_content(node) if isinstance(node, Element) else node.strip() for node in between):
        return []
    above, below = ([node for place, node in collected.rest if place == end] for end in (0, count))
    gallery = new_element("div", collected.figures, {"class": "gallery"})
    return [*as_blocks(above, element), gallery, *as_blocks(below, element)]


class _Pictures:
    """The pictures in an element as figures, and all else, with the number of figures before it."""

    def __init__(self) -> None:
        self.figures: list[Element] = []
        self.rest: list[tuple[int, Node]] = []

    def collect(self, element: Element) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.rest.append((len(self.figures), child))
            elif _is_picture(child):
                self.figures.append(new_element("figure", [child], {"class": "figure"}))
            elif child.classes == ["figure"]:
                self.figures.append(new_element("figure", child.children, child.attrs))
            elif child.classes == ["gallery"]:
                self.figures += [each for each in child.children if isinstance(each, Element)]
            elif child.tag in ("figcaption", "dd") and self.figures and element.tag in ("li", "dl", "figure"):
                self.add_caption_in(element, child)
            elif child.tag in ("p", "div", "li", "dl", "dt", "ul", "figure"):
                self.collect(child)
            else:
                self.rest.append((len(self.figures), child))

    def add_caption_in(self, element: Element, caption: Element) -> None:
        """Add the last picture's caption; that of a whole gallery, which holds several, stands below it."""
        is_whole = element.tag == "figure" and len(self.figures) > 1
        left = as_blocks(caption.children, caption) if is_whole else add_caption(self.figures[-1], caption)
        self.rest += [(len(self.figures), node) for node in left]
