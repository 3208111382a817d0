"""Names for the passages of a text, made of their own words, so that somebody can point to one of them.

What comes in has been sanitised (blog/markup/renderer.py): every element is closed, no quotation mark stands bare in an
attribute, and no id that was typed begins as these do. Names are given when a text is saved, links to them when a page
is drawn: feeds, openings and searches see nothing of either, and the link speaks the page's language.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html import escape

from blog.markup.html_parts import ATTRIBUTES, PART, VOID_TAGS

# Six letters are 30 bits: in a text of 500 passages two different ones meet once in 8,000 texts, and are numbered then.
ANCHOR_LENGTH = 6
LEAF_TAGS = {"p", "h2", "h3", "h4", "h5", "h6"}

_WORD = re.compile(r"\w+")
_ID = rf' id="(p-[a-z2-7]{{{ANCHOR_LENGTH}}}(?:-[0-9]+)?)"'
_ANCHORED = re.compile(rf"<(p|h[2-6]|figure|blockquote|div){_ID}({ATTRIBUTES})>")


@dataclass
class AnchorBlock:
    """An element that may get a name: where its tag stands among the parts, and where its words begin."""

    tag: str
    depth: int
    part: int
    start: int
    key: str = ""
    leaves: list[AnchorBlock] = field(default_factory=list)


class AnchorParser:
    """One reading of a text. Two blocks at most are open at once, so no word is read more than twice."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.words: list[str] = []
        self.blocks: list[AnchorBlock] = []
        self.outer: AnchorBlock | None = None
        self.leaf: AnchorBlock | None = None
        self.depth = 0
        self.ignored_depth = 0  # the depth of a footnote's number or of the footnotes, 0 outside

    def feed(self, html: str) -> None:
        for part in PART.finditer(html):
            closing, tag, attributes = part.groups()
            self.parts.append(part[0])
            if tag is None:
                self.add_words(part[0])
            elif closing:
                self.close_element()
            elif tag not in VOID_TAGS:
                self.open_element(tag, attributes)
            elif tag == "img":
                self.add_words(attributes)

    def add_words(self, words: str) -> None:
        if not self.ignored_depth:
            self.words.append(words)

    def open_element(self, tag: str, attributes: str) -> None:
        self.depth += 1
        if self.ignored_depth:
            return
        if 'class="footnote' in attributes:  # the notes, a reference to one: their numbers change with other notes
            self.ignored_depth = self.depth
        elif self.leaf is None and tag in LEAF_TAGS and (self.outer is None or self.outer.tag != "div"):
            self.leaf = self.start_block(tag)
        elif self.leaf is self.outer is None and is_outer_block(tag, attributes):
            self.outer = self.start_block(tag)

    def start_block(self, tag: str) -> AnchorBlock:
        made = AnchorBlock(tag, self.depth, len(self.parts) - 1, len(self.words))
        self.blocks.append(made)
        return made

    def close_element(self) -> None:
        if self.leaf and self.leaf.depth == self.depth:
            self.leaf.key = self.key(self.leaf)
            if self.outer:
                self.outer.leaves.append(self.leaf)
            self.leaf = None
        elif self.outer and self.outer.depth == self.depth:
            self.outer.key = self.key(self.outer)
            if len(self.outer.leaves) == 1:  # a quotation of one paragraph is one passage
                self.outer.leaves[0].key = ""
            self.outer = None
        if self.ignored_depth == self.depth:
            self.ignored_depth = 0
        self.depth -= 1

    def key(self, block: AnchorBlock) -> str:
        """What its words make; a comma or a capital changed makes no difference. "" for one without anything in it."""
        said = "".join(self.words[block.start :])
        text = " ".join(_WORD.findall(said)).casefold() or said.strip()
        digest = hashlib.sha256(text.encode()).digest()
        return base64.b32encode(digest)[:ANCHOR_LENGTH].decode().lower() if text else ""

    def render_with_anchors(self) -> str:
        """The text with its names; the same words again are numbered."""
        seen: dict[str, int] = {}
        for block in self.blocks:
            if block.key:
                seen[block.key] = number = seen.get(block.key, 0) + 1
                name = f"p-{block.key}-{number}" if number > 1 else f"p-{block.key}"
                tag = self.parts[block.part]
                self.parts[block.part] = f'<{block.tag} id="{name}"{tag[len(block.tag) + 1 :]}'
        return "".join(self.parts)


def is_outer_block(tag: str, attributes: str) -> bool:
    """Is it a quotation, a figure or the box of a table?"""
    return tag in {"figure", "blockquote"} or (tag == "div" and 'class="table"' in attributes)


def add_anchors(html: str) -> str:
    """`html` with an id on every paragraph, heading, figure, quotation and table outside the footnotes."""
    passages = AnchorParser()
    passages.feed(html)
    return passages.render_with_anchors()


def add_anchor_links(html: str, *, heading: str, passage: str) -> str:
    """`html` with an empty link in every passage that has a name; the style sheet draws its sign.

    `heading` and `passage` are what the links are called for those who do not see them.
    """
    labels = {True: escape(heading), False: escape(passage)}

    def link(match: re.Match[str]) -> str:
        label = labels[match[1].startswith("h")]
        return f'{match[0]}<a class="passage" href="#{match[2]}" aria-label="{label}"></a>'

    return _ANCHORED.sub(link, html)


def strip_anchors(html: str) -> str:
    """`html` as it was before it got names: a feed holds many texts, whose names would meet."""
    return _ANCHORED.sub(r"<\1\3>", html)
