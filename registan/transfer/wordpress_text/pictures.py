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
    caption = captions[0] if captions and has_content(captions[0]) else None
    held = [child for child in element.children if child not in captions]
    inner = [child for child in held if not isinstance(child, str) or child.strip()]
    if caption is not None:
        caption.attrs = {}
        strip_edges(caption)
    if len(inner) == 1 and isinstance(inner[0], Element):
        only = inner[0]
        if only.tag == "figure":
            return [with_caption(only, caption)]
        if only.tag == "img" or (only.tag == "a" and picture_of(only) is not None):
            return [new_element("figure", [only, caption], {"class": "figure"}) if caption else _paragraph(only)]
        if only.tag == "p" and caption is not None and picture_of(only) is not None:
            return [new_element("figure", [*only.children, caption], {"class": "figure"})]
    blocks = as_blocks(held, element)
    if caption is None:
        return blocks
    return [new_element("figure", [*blocks, caption])] if blocks else _paragraphs(caption)


def with_caption(figure: Element, caption: Element | None) -> Element:
    """The figure with a caption, if it has none."""
    has_one = any(isinstance(child, Element) and child.tag == "figcaption" for child in figure.children)
    if caption is not None and not has_one:
        figure.children.append(caption)
        caption.parent = figure
    return figure


def build_gallery(element: Element) -> list[Node]:
    """The pictures in an element side by side, and below them what else is in it; [] if it holds fewer than two."""
    figures: list[Node] = []
    rest: list[Node] = []
    _collect(element, figures, rest)
    if len(figures) < 2:
        return []
    return [new_element("div", figures, {"class": "gallery"}), *as_blocks(rest, element)]


def _collect(element: Element, figures: list[Node], rest: list[Node]) -> None:
    for child in element.children:
        if isinstance(child, str):
            rest.append(child)
        elif child.tag == "img" or (child.tag == "a" and picture_of(child) is not None):
            figures.append(new_element("figure", [child], {"class": "figure"}))
        elif child.classes == ["figure"]:
            figures.append(child)
        elif child.tag == "div" and child.classes == ["gallery"]:
            figures += child.children
        elif child.tag in ("figcaption", "dd") and figures and element.tag in ("li", "dl", "figure"):
            _caption_last(child, element, figures, rest)
        elif child.tag in ("p", "div", "li", "dl", "dt", "ul", "figure"):
            _collect(child, figures, rest)
        else:
            rest += [child]


def _caption_last(child: Element, element: Element, figures: list[Node], rest: list[Node]) -> None:
    """The caption of the last picture; one of a gallery's own is a paragraph below it."""
    last = figures[-1]
    is_whole = element.tag == "figure" and len(figures) > 1
    if isinstance(last, Element) and not is_whole and has_content(child):
        child.tag, child.attrs = "figcaption", {}
        strip_edges(child)
        with_caption(last, child)
    else:
        rest += _paragraphs(child)


def _paragraph(node: Element) -> Element:
    return new_element("p", [node])


def _paragraphs(caption: Element) -> list[Node]:
    return as_blocks(caption.children, caption)
