"""Gives each passage of a text an id made of its words, so that people can link to it.

Takes rendered HTML: every element is closed, every attribute quoted, and no typed id begins like these. Ids are added
when a text is saved, the links to them when a page is rendered: feeds, openings and searches see neither, and the links
have labels in the page's language.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html import escape

from blog.markup.html_parts import ATTRIBUTES, PART, VOID_TAGS

# Six letters are 30 bits: of texts with 500 passages one in 8,000 has two with the same letters, which get numbers.
ANCHOR_LENGTH = 6
LEAF_TAGS = {"p", "h2", "h3", "h4", "h5", "h6"}

_WORD = re.compile(r"\w+")
_ID = rf' id="(p-[a-z2-7]{{{ANCHOR_LENGTH}}}(?:-[0-9]+)?)"'
_ANCHORED = re.compile(rf"<(p|h[2-6]|figure|blockquote|div){_ID}({ATTRIBUTES})>")
_ANCHORED_HEADING = re.compile(rf"<(h[2-6]){_ID}{ATTRIBUTES}>[^<]*(?:<(?!/h)[^<]*)*</\1>")


@dataclass
class AnchorBlock:
    """An element that may get an id; `part` is the position of its tag, `start` that of its first words."""

    tag: str
    depth: int
    part: int
    start: int
    key: str = ""
    leaves: list[AnchorBlock] = field(default_factory=list)


class AnchorParser:
    """Reads a text once. Two blocks at most are open at a time, so no word is read more than twice."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.words: list[str] = []
        self.blocks: list[AnchorBlock] = []
        self.outer: AnchorBlock | None = None
        self.leaf: AnchorBlock | None = None
        self.depth = 0
        self.ignored_depth = 0  # the depth of a footnote reference or of the footnotes, 0 outside

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
        if 'class="footnote' in attributes:  # the notes or a reference to one, whose number depends on other notes
            self.ignored_depth = self.depth
        elif self.leaf is None and tag in LEAF_TAGS and (self.outer is None or self.outer.tag != "div"):
            self.leaf = self.start_block(tag)
        elif self.leaf is self.outer is None and is_outer_block(tag, attributes):
            self.outer = self.start_block(tag)

    def start_block(self, tag: str) -> AnchorBlock:
        block = AnchorBlock(tag, self.depth, len(self.parts) - 1, len(self.words))
        self.blocks.append(block)
        return block

    def close_element(self) -> None:
        if self.leaf and self.leaf.depth == self.depth:
            self.leaf.key = self.block_key(self.leaf)
            if self.outer:
                self.outer.leaves.append(self.leaf)
            self.leaf = None
        elif self.outer and self.outer.depth == self.depth:
            self.outer.key = self.block_key(self.outer)
            if len(self.outer.leaves) == 1:  # a quotation of one paragraph needs one id
                self.outer.leaves[0].key = ""
            self.outer = None
        if self.ignored_depth == self.depth:
            self.ignored_depth = 0
        self.depth -= 1

    def block_key(self, block: AnchorBlock) -> str:
        """A hash of its words, without case and punctuation; "" for an empty block."""
        words = "".join(self.words[block.start :])
        text = " ".join(_WORD.findall(words)).casefold() or words.strip()
        digest = hashlib.sha256(text.encode()).digest()
        return base64.b32encode(digest)[:ANCHOR_LENGTH].decode().lower() if text else ""

    def render_with_anchors(self) -> str:
        """The text with its ids; a key that occurs again is numbered."""
        seen: dict[str, int] = {}
        for block in self.blocks:
            if block.key:
                seen[block.key] = number = seen.get(block.key, 0) + 1
                name = f"p-{block.key}-{number}" if number > 1 else f"p-{block.key}"
                tag = self.parts[block.part]
                self.parts[block.part] = f'<{block.tag} id="{name}"{tag[len(block.tag) + 1 :]}'
        return "".join(self.parts)


def is_outer_block(tag: str, attributes: str) -> bool:
    """Is it a quotation, a figure or the scrolling box of a table?"""
    return tag in {"figure", "blockquote"} or (tag == "div" and 'class="table"' in attributes)


def add_anchors(html: str) -> str:
    """Add an id to every paragraph, heading, figure, quotation and table outside the footnotes."""
    parser = AnchorParser()
    parser.feed(html)
    return parser.render_with_anchors()


def add_anchor_links(html: str, *, heading_label: str, passage_label: str) -> str:
    """Add an empty link to every passage with an id; the style sheet shows its sign, screen readers read its label.

    That of a heading stands behind it, not in it: it would be part of the heading's name.
    """
    labels = {"heading": escape(heading_label), "passage": escape(passage_label)}

    def link(match: re.Match[str]) -> str:
        if match[1].startswith("h"):
            return match[0]
        return f'{match[0]}<a class="passage" href="#{match[2]}" aria-label="{labels["passage"]}"></a>'

    def link_heading(match: re.Match[str]) -> str:
        of_heading = f'aria-label="{labels["heading"]}" aria-describedby="{match[2]}"'
        return f'<div class="heading">{match[0]}<a class="passage" href="#{match[2]}" {of_heading}></a></div>'

    return _ANCHORED_HEADING.sub(link_heading, _ANCHORED.sub(link, html))


def strip_anchors(html: str) -> str:
    """Remove the ids: a feed contains many texts, whose ids could be the same."""
    return _ANCHORED.sub(r"<\1\3>", html)
