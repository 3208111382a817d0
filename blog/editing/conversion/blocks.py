"""The blocks that a text can be made of, between HTML and Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field

from blog.editing.conversion.inline import Span


@dataclass
class ParagraphBlock:
    """Words; `level` is that of a heading, or 0."""

    spans: list[Span]
    level: int = 0
    # Told by its typeface alone: such paragraphs in a row are a block of code.
    is_monospace: bool = False


@dataclass
class CodeBlock:
    text: str
    language: str = ""


@dataclass
class RuleBlock:
    """A line across the page."""


@dataclass
class QuoteBlock:
    """A quotation, and the words that name its source."""

    blocks: list[Block]
    source: list[Span] = field(default_factory=list)


@dataclass
class ListBlock:
    items: list[list[Block]]
    is_ordered: bool = False
    start: int = 1


@dataclass
class TableBlock:
    """Rows of cells, the first of them the heading; `alignments` are "left", "right", "center" or "" by column."""

    rows: list[list[list[Span]]]
    alignments: list[str]


Block = ParagraphBlock | CodeBlock | RuleBlock | QuoteBlock | ListBlock | TableBlock
