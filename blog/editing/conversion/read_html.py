"""Reads blocks from HTML: of web pages, Word, LibreOffice, Google Docs, Gmail."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial

from django.utils.translation import gettext as _

from blog.editing.conversion.blocks import Block, CodeBlock, ListBlock, ParagraphBlock, QuoteBlock, RuleBlock
from blog.editing.conversion.code_lines import code_text, is_all_monospace, join_code, part_spaces
from blog.editing.conversion.inline import Span, tidy_spans
from blog.editing.conversion.marks import (
    code_language,
    heading_level,
    is_code,
    is_monospace,
    is_preformatted,
    is_unseen,
    is_word_quotation,
    marks_within,
    take_word_bullet,
    word_list_level,
)
from blog.editing.conversion.note_links import NoteLinks
from blog.editing.conversion.quotation_source import take_source, without_dash
from blog.editing.conversion.read_parts import nest_items, read_rows
from blog.editing.conversion.text_lines import is_empty_line, is_word_line, split_at_empty_lines
from blog.editing.conversion.tree import Element, collapse_spaces, parse_html_tree
from blog.images.embeds import image_markdown

_OWN_IMAGE = re.compile(r"(?:https?://[^/]+)?(/media/images/[0-9a-f]{32}\.(?:jpg|png|webp))")
_LINK = re.compile(r"https?://[^/\s]|mailto:|/(?!/)", re.IGNORECASE)
_ORDERED_BULLET = re.compile(r"\(?(?:\d+|[a-z]{1,4}|[а-я])[.)]", re.IGNORECASE)


@dataclass(frozen=True)
class _Context:
    """How words look where the reader is."""

    marks: frozenset[str] = frozenset()
    href: str = ""
    is_code: bool = False
    is_monospace: bool = False


def read_html(html: str) -> tuple[list[Block], list[list[Block]]]:
    """The blocks of an HTML text, and those of its footnotes in their order. Raises TooCostly."""
    root = parse_html_tree(html)
    notes = NoteLinks(root)
    holders = notes.take_notes()
    return HtmlReader(notes).read(root), [HtmlReader(notes).read(holder) for holder in holders]


class HtmlReader:
    """Collects the blocks in one element; words between blocks are paragraphs too."""

    def __init__(self, notes: NoteLinks) -> None:
        self.notes = notes
        self.blocks: list[Block] = []
        self.spans: list[Span] = []
        self.word_items: list[tuple[int, bool, list[Block]]] = []
        self.word_list = ""

    def read(self, element: Element, context: _Context | None = None, *, with_marks: bool = True) -> list[Block]:
        """All blocks in an element. A quotation in italics is the page's look, not emphasis: `with_marks` is False."""
        (self.read_inline if with_marks else self.read_children)(element, context or _Context())
        self.end_paragraph()
        self.end_word_list()
        return join_code(self.blocks)

    def add(self, block: Block) -> None:
        self.end_paragraph()
        self.end_word_list()
        self.blocks.append(block)

    def end_paragraph(self, level: int = 0) -> None:
        """Make a paragraph of the words so far; two breaks in a row begin another."""
        spans, self.spans = self.spans, []
        for part in split_at_empty_lines(spans):
            is_mono = is_all_monospace(part)
            if not is_mono:
                part = [piece for span in part for piece in part_spaces(span)]
            tidy = tidy_spans(part)
            if tidy:
                self.end_word_list()
                if level and all("strong" in span.marks for span in tidy):
                    tidy = [span._replace(marks=span.marks - {"strong"}) for span in tidy]
                self.blocks.append(ParagraphBlock(tidy, level, is_mono))

    def read_children(self, element: Element, context: _Context) -> None:
        has_empty_lines = any(is_empty_line(child) for child in element.children)
        for child in element.children:
            if isinstance(child, str):
                self.add_text(child, context)
            elif not is_unseen(child) and not self.notes.holds(child):
                if has_empty_lines and is_word_line(child) and not is_empty_line(child) and self.spans:
                    # Mail programs make each line a `div`, and an empty one between paragraphs.
                    self.spans.append(Span("", kind="break"))
                    self.read_inline(child, context)
                elif has_empty_lines and is_word_line(child) and not is_empty_line(child):
                    self.read_inline(child, context)
                else:
                    self.read_element(child, context)

    def add_text(self, text: str, context: _Context) -> None:
        kind = "code" if context.is_code or context.is_monospace else "text"
        text = collapse_spaces(text)
        if not text.strip() and (not self.spans or not context.is_code):
            kind = "code" if self.spans and self.spans[-1].kind == "code" and context.is_monospace else "text"
        marks = context.marks | ({"mono"} if context.is_monospace and kind == "code" else set())
        self.spans.append(Span(text.replace("\u00a0", " ") if kind == "code" else text, marks, context.href, kind))

    def read_element(self, element: Element, context: _Context) -> None:
        name = f"read_{element.tag}"
        if level := heading_level(element):
            self.end_paragraph()
            self.read_children(element, replace(context, is_monospace=False))
            self.end_paragraph(level)
        elif is_preformatted(element):
            text = code_text(element)
            if text.strip():
                self.add(CodeBlock(text.strip("\n"), code_language(element)))
        elif (item := word_list_level(element)) is not None:
            self.read_word_item(element, context, *item)
        elif is_word_quotation(element):
            self.add_quotation(element, None, context)
        elif hasattr(self, name):
            getattr(self, name)(element, context)
        elif element.is_block:
            self.end_paragraph()
            self.read_inline(element, context)
            self.end_paragraph()
        else:
            self.read_inline(element, context)

    def read_inline(self, element: Element, context: _Context) -> None:
        marks = marks_within(element, context.marks)
        monospace = context.is_monospace or (is_monospace(element) and not is_code(element))
        self.read_children(
            element,
            replace(context, marks=marks, is_code=context.is_code or is_code(element), is_monospace=monospace),
        )

    # Within a paragraph

    def read_br(self, element: Element, context: _Context) -> None:
        self.spans.append(Span("", frozenset({"mono"} if context.is_monospace else ()), kind="break"))

    def read_q(self, element: Element, context: _Context) -> None:
        self.add_text("“", context)
        self.read_inline(element, context)
        self.add_text("”", context)

    def read_a(self, element: Element, context: _Context) -> None:
        number = self.notes.number(element)
        if number is not None:
            self.spans.append(Span(str(number), kind="note"))
            return
        href = element.attrs.get("href", "").strip()
        self.read_inline(element, replace(context, href=href) if _LINK.match(href) and not context.href else context)

    def read_sup(self, element: Element, context: _Context) -> None:
        """A reference to a note is raised by the page itself."""
        links = [each for each in element.descendants() if each.tag == "a"]
        if len(links) == 1 and self.notes.number(links[0]) is not None:
            self.read_a(links[0], context)
        else:
            self.read_inline(element, context)

    def read_img(self, element: Element, context: _Context) -> None:
        """Ours stay; another site's becomes a link; what is no more than a dot is left out."""
        source, alt = element.attrs.get("src", "").strip(), " ".join(element.attrs.get("alt", "").split())
        if own := _OWN_IMAGE.fullmatch(source):
            self.spans.append(Span(image_markdown(own[1], alt=alt, caption=""), kind="image"))
        elif "1" not in (element.attrs.get("width"), element.attrs.get("height")) and source.lower().startswith("http"):
            self.spans.append(Span(alt or _("Image"), context.marks, context.href or source))

    # Blocks

    def read_hr(self, element: Element, context: _Context) -> None:
        self.add(RuleBlock())

    def read_blockquote(self, element: Element, context: _Context) -> None:
        self.add_quotation(element, take_source(element), context)

    def add_quotation(self, element: Element, source: Element | None, context: _Context) -> None:
        """A quotation; one directly after another of Word's is its next paragraph."""
        blocks = HtmlReader(self.notes).read(element, context, with_marks=False)
        spans = without_dash(tidy_spans(HtmlReader(self.notes).words(source, context))) if source else []
        self.end_paragraph()
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, QuoteBlock) and element.tag == "p" and not self.word_items:
            last.blocks += blocks
        elif blocks:
            self.add(QuoteBlock(blocks, spans))

    def read_figure(self, element: Element, context: _Context) -> None:
        """A quotation with its source, one of our images with its caption, or whatever else it holds."""
        parts = [child for child in element.children if isinstance(child, Element)]
        caption = next((part for part in parts if part.tag == "figcaption"), None)
        quotation = next((part for part in parts if part.tag == "blockquote"), None)
        images = [each for each in element.descendants() if each.tag == "img"]
        own = _OWN_IMAGE.fullmatch(images[0].attrs.get("src", "")) if len(images) == 1 else None
        if caption and quotation:
            self.end_paragraph()
            self.add_quotation(quotation, caption, context)
        elif caption and own:
            alt = " ".join(images[0].attrs.get("alt", "").split())
            line = image_markdown(own[1], alt=alt, caption=caption.words())
            self.add(ParagraphBlock([Span(line, kind="image")]))
        else:
            self.end_paragraph()
            self.read_inline(element, context)
            self.end_paragraph()

    def read_dt(self, element: Element, context: _Context) -> None:
        self.end_paragraph()
        self.read_inline(element, replace(context, marks=context.marks | {"strong"}))
        self.end_paragraph()

    def read_ul(self, element: Element, context: _Context) -> None:
        items: list[list[Block]] = []
        for child in element.children:
            if isinstance(child, str) or is_unseen(child) or self.notes.holds(child):
                continue
            if child.tag in ("ul", "ol"):  # directly in a list, as Google Docs writes it: it belongs to the item before
                nested = HtmlReader(self.notes).read_list(child, context)
                items[-1:] = [[*(items[-1] if items else []), *nested]]
            else:
                items.append(HtmlReader(self.notes).read(child, context))
        self.add_list([item for item in items if item], element)

    read_ol = read_ul

    def read_list(self, element: Element, context: _Context) -> list[Block]:
        self.read_ul(element, context)
        return self.blocks

    def add_list(self, items: list[list[Block]], element: Element) -> None:
        start = element.attrs.get("start", "")
        if items:
            first = int(start) if start.isascii() and start.isdecimal() and len(start) < 9 else 1
            self.add(ListBlock(items, element.tag == "ol", first))

    def read_word_item(self, element: Element, context: _Context, name: str, level: int) -> None:
        self.end_paragraph()
        if name != self.word_list:
            self.end_word_list()
            self.word_list = name
        is_ordered = bool(_ORDERED_BULLET.fullmatch(take_word_bullet(element)))
        if blocks := HtmlReader(self.notes).read(element, context):
            self.word_items.append((level, is_ordered, blocks))

    def end_word_list(self) -> None:
        items, self.word_items, self.word_list = self.word_items, [], ""
        if items:
            self.blocks += nest_items(items)

    def read_table(self, element: Element, context: _Context) -> None:
        read_cell = partial(self.read_cell, context=context)
        table = read_rows(element, read_cell)
        if table is None:
            self.end_paragraph()
            self.read_inline(element, context)
            self.end_paragraph()
            return
        for child in element.children:
            if isinstance(child, Element) and child.tag == "caption":
                self.end_paragraph()
                self.read_inline(child, context)
        self.add(table)

    def read_cell(self, element: Element, context: _Context) -> list[Span]:
        paragraphs = HtmlReader(self.notes).read(element, context)
        spans = [(Span(" "), *block.spans) for block in paragraphs if isinstance(block, ParagraphBlock)]
        return tidy_spans(span for paragraph in spans for span in paragraph)

    def words(self, element: Element, context: _Context) -> list[Span]:
        """The words of an element that is one line."""
        return self.read_cell(element, context)
