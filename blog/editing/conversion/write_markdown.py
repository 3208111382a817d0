"""Writes blocks as the Markdown of our posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import indent

from blog.editing.conversion.blocks import (
    Block,
    CodeBlock,
    ListBlock,
    ParagraphBlock,
    QuoteBlock,
    RuleBlock,
    TableBlock,
)
from blog.editing.conversion.inline import Span, visible_text, write_spans

# The page has its own title: a text's highest headings are these.
HIGHEST_HEADING = 2
_CLOSING_SIGNS = re.compile(r"(^| )(#+)$")
_RULERS = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


class MarkdownWriter:
    """Writes blocks; `levels` are those of all headings, `first_note` is the number of the first note."""

    def __init__(self, levels: set[int], *, first_note: int = 1, plain: bool = False) -> None:
        self.depths = {level: min(6, HIGHEST_HEADING + place) for place, level in enumerate(sorted(levels))}
        self.first_note = first_note
        self.plain = plain

    def write(self, blocks: Sequence[Block]) -> str:
        parts: list[str] = []
        uses_other_sign = False
        for before, block in zip([None, *blocks], blocks, strict=False):
            follows_list = isinstance(before, ListBlock) and isinstance(block, ListBlock)
            # Two lists in a row would be one.
            uses_other_sign = follows_list and not uses_other_sign
            parts.append(self.write_block(block, uses_other_sign=uses_other_sign))
        return "\n\n".join(parts)

    def write_block(self, block: Block, *, uses_other_sign: bool = False) -> str:
        match block:
            case ParagraphBlock(spans, 0):
                return self.words(spans)
            case ParagraphBlock(spans, level):
                words = _CLOSING_SIGNS.sub(r"\1\\\2", self.words(spans, one_line=True))
                return f"{'#' * self.depths[level]} {words}"
            case CodeBlock(text, language):
                fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
                return f"{fence}{language}\n{text}\n{fence}"
            case RuleBlock():
                return "---"
            case QuoteBlock():
                return self.quotation(block)
            case ListBlock():
                return self.list(block, uses_other_sign=uses_other_sign)
            case TableBlock():
                return self.table(block)

    def notes(self, notes: Sequence[Sequence[Block]]) -> str:
        """The notes with their numbers, each at the start of a line."""
        return "\n\n".join(
            f"[^{number}]: " + _hang(self.write(blocks), 4) for number, blocks in enumerate(notes, self.first_note)
        )

    def words(self, spans: Sequence[Span], *, one_line: bool = False, in_table: bool = False) -> str:
        numbered = [
            span._replace(text=str(int(span.text) + self.first_note)) if span.kind == "note" else span for span in spans
        ]
        return write_spans(numbered, plain=self.plain, one_line=one_line, in_table=in_table)

    def quotation(self, block: QuoteBlock) -> str:
        text = self.write(block.blocks)
        if block.source:
            last = block.blocks[-1]
            is_words = isinstance(last, ParagraphBlock) and not last.level
            text += ("\n" if is_words else "\n\n") + "— " + self.words(block.source, one_line=True)
        return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))

    def list(self, block: ListBlock, *, uses_other_sign: bool) -> str:
        is_tight = all(map(_is_tight, block.items))
        items = []
        for number, item in enumerate(block.items, block.start):
            bullet, dot = ("*", ")") if uses_other_sign else ("-", ".")
            sign = f"{number}{dot}" if block.is_ordered else bullet
            text = "\n".join(map(self.write_block, item)) if is_tight else self.write(item)
            items.append(f"{sign} {_hang(text, len(sign) + 1)}")
        return ("\n" if is_tight else "\n\n").join(items)

    def table(self, block: TableBlock) -> str:
        rows = [[self.words(cell, one_line=True, in_table=True) for cell in row] for row in block.rows]
        rows.insert(1, [_RULERS[side] for side in block.alignments])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _hang(text: str, width: int) -> str:
    return indent(text, " " * width).lstrip(" ") if text else ""


def _is_tight(item: Sequence[Block]) -> bool:
    """Words, and perhaps lists below them that may follow without an empty line."""
    first, *others = item
    is_list = isinstance(first, ParagraphBlock) and not first.level
    signs = [block.is_ordered for block in others if isinstance(block, ListBlock) and block.start == 1]
    return is_list and len(signs) == len(others) and len(signs) <= 1


def heading_levels(blocks: Sequence[Block]) -> set[int]:
    """The levels of all headings in these blocks."""
    return {block.level for block in flatten_blocks(blocks) if isinstance(block, ParagraphBlock) and block.level}


def flatten_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """These blocks and those in them."""
    for block in blocks:
        yield block
        if isinstance(block, QuoteBlock):
            yield from flatten_blocks(block.blocks)
        if isinstance(block, ListBlock):
            for item in block.items:
                yield from flatten_blocks(item)


def words_of(blocks: Sequence[Block]) -> str:
    """All words that are seen in these blocks, in their order."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case ParagraphBlock(spans):
                parts.append(visible_text(span for span in spans if span.kind not in ("note", "image")))
            case CodeBlock(text):
                parts.append(text)
            case QuoteBlock(inner, source):
                parts += [words_of(inner), visible_text(source)]
            case ListBlock(items):
                parts += map(words_of, items)
            case TableBlock(rows):
                parts += [visible_text(cell) for row in rows for cell in row]
    return "\n".join(parts)
