"""Converts HTML to Markdown, and checks with the site's own renderer that it shows the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from blog.editing.conversion.blocks import Block, ParagraphBlock
from blog.editing.conversion.read_html import read_html
from blog.editing.conversion.write_markdown import MarkdownWriter, heading_levels, words_of
from blog.markup.extract import plain_text
from blog.markup.renderer import render_author_markdown

# Dashes and quotation marks are the site's to draw (blog/markup/typography.py).
_TYPOGRAPHY = str.maketrans("“”„‘’‚", "\"\"\"'''", "-–—―")


class ConvertedText(NamedTuple):
    """Markdown; `is_inline` if it is a part of a paragraph."""

    markdown: str
    is_inline: bool = False


def html_to_markdown(html: str, *, first_note: int = 1) -> ConvertedText:
    """The Markdown that shows what this HTML shows; its notes are numbered from `first_note`.

    Raises TooCostly, with a sentence for the author, if it is too much to convert or to render.
    """
    blocks, notes = read_html(html)
    levels = heading_levels([*blocks, *(block for note in notes for block in note)])
    writer = MarkdownWriter(levels, first_note=first_note)
    text = writer.write(blocks)
    if not shows(text + "\n\n" + writer.notes(notes), blocks):
        text = "\n\n".join(_write_faithfully(blocks, levels, first_note))
    whole = "\n\n".join(part for part in (text, writer.notes(notes)) if part)
    is_inline = not notes and len(blocks) == 1 and isinstance(blocks[0], ParagraphBlock) and not blocks[0].level
    return ConvertedText(whole, is_inline)


def _write_faithfully(blocks: Sequence[Block], levels: set[int], first_note: int) -> list[str]:
    """Write each block, without emphasis where Markdown cannot have it in that place."""
    writer = MarkdownWriter(levels, first_note=first_note)
    plain = MarkdownWriter(levels, first_note=first_note, plain=True)
    texts = [(writer.write([block]), block) for block in blocks]
    return [text if shows(text, [block]) else plain.write([block]) for text, block in texts]


def shows(text: str, blocks: Sequence[Block]) -> bool:
    """Does the page that this Markdown makes show the words of these blocks?"""
    return seen_words(plain_text(render_author_markdown(text))) == seen_words(words_of(blocks))


def seen_words(text: str) -> str:
    """The characters of a text that must not change, without spaces."""
    return re.sub(r"\[\^\d+\]", "", "".join(text.replace("…", "...").split()).translate(_TYPOGRAPHY))
