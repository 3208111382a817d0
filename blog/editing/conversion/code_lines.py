"""Recognises code by its typeface, and keeps its lines and spaces."""

from __future__ import annotations

from blog.editing.conversion.blocks import Block, CodeBlock, ParagraphBlock
from blog.editing.conversion.inline import Span, tidy_spans, visible_text
from blog.editing.conversion.tree import Element


def is_all_monospace(spans: list[Span]) -> bool:
    words = [span for span in spans if span.text.strip()]
    return bool(words) and all(span.kind == "code" and "mono" in span.marks for span in words)


def part_spaces(span: Span) -> list[Span]:
    """Spaces at the edges of code stand outside it."""
    if span.kind != "code":
        return [span]
    core = span.text.strip()
    if not core:
        return [Span(" ")]
    lead, tail = span.text[:1].isspace() * " ", span.text[-1:].isspace() * " "
    return [Span(lead), span._replace(text=core, marks=span.marks - {"mono"}), Span(tail)]


def join_code(blocks: list[Block]) -> list[Block]:
    """Make several lines in the typeface of code, one after the other, a block of code."""
    joined: list[Block] = []
    run: list[ParagraphBlock] = []
    for block in [*blocks, None]:
        if isinstance(block, ParagraphBlock) and block.is_monospace:
            run.append(block)
            continue
        text = "\n".join(visible_text(line.spans) for line in run)
        if "\n" in text:
            joined.append(CodeBlock(text))
        else:
            joined += [ParagraphBlock(tidy_spans(part for span in line.spans for part in part_spaces(span)))
                       for line in run]  # fmt: skip
        run = []
        if block is not None:
            joined.append(block)
    return joined


def code_text(element: Element) -> str:
    """The lines of a block of code; each `div` or `p` in it is a line."""
    text = "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br"
        else code_text(child).removesuffix("\n") + "\n" if child.is_block else code_text(child)
        for child in element.children
    )  # fmt: skip
    return text.replace("\u00a0", " ").replace("\r\n", "\n")
