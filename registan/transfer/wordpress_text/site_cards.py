"""Makes of the cards and widgets of Ghost and Substack the HTML that people would write in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote

from blog.editing.conversion.tree import Element
from blog.markup.lone_links import LONE_LINK
from registan.transfer.wordpress_text.contract import Findings
from registan.transfer.wordpress_text.fragments import lone_link
from registan.transfer.wordpress_text.tree_parts import Node, as_blocks, has_content, new_element

# Substack keeps what a widget shows in an attribute, as JSON.
_WIDGET = re.compile(
    r'<div\b(?=[^<>]*\bclass="(?:tweet|instagram|comment|digest-post-embed|embedded-post-wrap)[ "])[^<>]*>'
)
_WIDGET_ADDRESS = re.compile(r'"(?:url|canonical_url)":\s*"(https?://[^"\\]{3,1900})"')
# Buttons that ask readers to subscribe or to share, with places for addresses that Substack fills in.
_SUBSCRIBE = re.compile(
    r"(?:^|\s)(?:subscription-widget|subscribe-widget|kg-signup-card|kg-cta-card|captioned-button-wrap)[\w-]*(?:\s|$)"
)
_FILLED_IN = "%%"
# Substack's own copy of a picture, in another size, with the address of the original at its end.
_RESIZED = re.compile(r"https://substackcdn\.com/image/fetch/.*?/(https?%3A%2F%2F[^/\s]+)", re.IGNORECASE)
_OWN_FILES = ("substackcdn.com/", "substack-post-media.s3.amazonaws.com/", "bucketeer-")


def show_widgets(html: str) -> str:
    """The HTML with the addresses of what widgets show, which only a script would."""
    return _WIDGET.sub(_show_widget, html)


def _show_widget(tag: re.Match[str]) -> str:
    address = _WIDGET_ADDRESS.search(unescape(tag[0]))
    return lone_link(address[1]) + tag[0] if address else tag[0]


class CardReplacer:
    """Goes over a tree once, before it is tidied."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def replace_in(self, element: Element) -> None:
        children: list[Node] = []
        for child in element.children:
            children += [child] if isinstance(child, str) else self._replace(child)
        for each in children:
            if isinstance(each, Element):
                each.parent = element
        element.children = children

    def _replace(self, element: Element) -> list[Node]:
        """What stands in place of an element."""
        if _SUBSCRIBE.search(element.attrs.get("class", "")) or _asks_readers(element):
            self.findings.losses["subscribe-button"] += 1
            return []
        self.replace_in(element)
        for name in element.classes:
            if rule := _RULES.get(name):
                return rule(element)
        if element.tag == "img":
            element.attrs["src"] = _original(element.attrs.get("src", ""))
        return [element]


def _asks_readers(element: Element) -> bool:
    """Is it a button with a place that is filled in for each reader?"""
    if "button-wrapper" not in element.classes:
        return False
    addresses = (link.attrs.get("href", "") for link in _with_tag(element, "a"))
    return any(_FILLED_IN in address or "action=share" in address for address in addresses)


def _replace_bookmark(card: Element) -> list[Node]:
    """A card for another page is its address, of which ours is made."""
    link = next(_with_tag(card, "a"), None)
    address = link.attrs.get("href", "") if link is not None else ""
    if not address:
        return [card]
    anchor = new_element("a", [address], {"href": address})
    return [new_element("p", [anchor], {"class": LONE_LINK}), *_captions(card)]


def _replace_callout(card: Element) -> list[Node]:
    """A paragraph that begins with its sign."""
    sign = next(_with_class(card, "kg-callout-emoji"), None)
    text = next(_with_class(card, "kg-callout-text"), None)
    if text is None:
        return [card]
    blocks = as_blocks(text.children, text)
    words = sign.words().strip() if sign is not None else ""
    if words and blocks and isinstance(blocks[0], Element):
        blocks[0].children.insert(0, f"{words} ")
    return blocks


def _replace_toggle(card: Element) -> list[Node]:
    heading = next(_with_class(card, "kg-toggle-heading-text"), None)
    content = next(_with_class(card, "kg-toggle-content"), None)
    if heading is None or content is None:
        return [card]
    summary = new_element("summary", heading.children)
    return [new_element("details", [summary, *as_blocks(content.children, content)])]


def _replace_player(card: Element) -> list[Node]:
    """The player without its buttons, which are text for whoever reads HTML."""
    player = next((each for each in card.descendants() if each.tag in ("audio", "video")), None)
    if player is None:
        return [card]
    titles = [*_with_class(card, "kg-audio-title"), *_with_tag(card, "figcaption")]
    captions = [new_element("figcaption", title.children) for title in titles if has_content(title)][:1]
    return [new_element("figure", [player, *captions])]


def _replace_file(card: Element) -> list[Node]:
    """A link to the file, and what is said of it."""
    link = next(_with_tag(card, "a"), None)
    if link is None:
        return [card]
    names = [*_with_class(card, "kg-file-card-title"), *_with_class(card, "kg-file-card-filename")]
    words = next((name.words() for name in names if name.words().strip()), link.attrs.get("href", ""))
    paragraph = new_element("p", [new_element("a", [words], {"href": link.attrs.get("href", "")})])
    captions = [
        new_element("p", each.children) for each in _with_class(card, "kg-file-card-caption") if has_content(each)
    ]
    return [paragraph, *captions]


def _replace_gallery(card: Element) -> list[Node]:
    card.attrs["class"] = "gallery"
    return [card]


def _replace_image_link(link: Element) -> list[Node]:
    """A picture's link to a larger copy of itself is ours to make."""
    is_own = any(part in link.attrs.get("href", "") for part in _OWN_FILES)
    return link.children if is_own and next(_with_tag(link, "img"), None) is not None else [link]


def _replace_footnote(note: Element) -> list[Node]:
    """A note with a link back, as those of other systems are."""
    number = next(_with_class(note, "footnote-number"), None)
    content = next(_with_class(note, "footnote-content"), None)
    if number is None or content is None:
        return [note]
    back = new_element("a", ["↩"], {"href": number.attrs.get("href", "")})
    item = new_element("li", [*content.children, back], {"id": number.attrs.get("id", "")})
    return [new_element("ol", [item])]


def _original(address: str) -> str:
    match = _RESIZED.fullmatch(address)
    return unquote(match[1]) if match else address


def _captions(card: Element) -> list[Node]:
    return [new_element("p", each.children) for each in _with_tag(card, "figcaption") if has_content(each)]


def _with_class(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.descendants() if name in each.classes)


def _with_tag(element: Element, tag: str) -> Iterator[Element]:
    return (each for each in element.descendants() if each.tag == tag)


_RULES: dict[str, Callable[[Element], list[Node]]] = {
    "kg-bookmark-card": _replace_bookmark,
    "kg-callout-card": _replace_callout,
    "kg-toggle-card": _replace_toggle,
    "kg-audio-card": _replace_player,
    "kg-video-card": _replace_player,
    "kg-file-card": _replace_file,
    "kg-gallery-card": _replace_gallery,
    "image-link": _replace_image_link,
    "footnote": _replace_footnote,
}
