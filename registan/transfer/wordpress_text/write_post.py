"""Writes the blocks of a tidy tree as our Markdown, and as HTML where Markdown would not show the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from blog.editing.conversion.blocks import Block
from blog.editing.conversion.inline import write_target
from blog.editing.conversion.note_links import NoteLinks
from blog.editing.conversion.read_html import HtmlReader
from blog.editing.conversion.tree import Element
from blog.editing.conversion.write_markdown import MarkdownWriter
from blog.images.embeds import image_markdown
from blog.markup.figures import FILE_ADDRESS
from blog.markup.limits import TooCostly
from blog.markup.lone_links import LONE_LINK
from blog.markup.renderer import render_author_markdown
from registan.transfer.wordpress_text.contract import BodyFormat
from registan.transfer.wordpress_text.tree_notes import notes_section
from registan.transfer.wordpress_text.tree_parts import new_element
from registan.transfer.wordpress_text.visible import Piece, structure
from registan.transfer.wordpress_text.write_html import write_element

# A text's headings keep their levels; its `h1` has become a heading of the second.
_LEVELS = {2, 3, 4, 5, 6}
# Stands in the words of a block for one of its pictures, by its number. Both signs are noncharacters.
_PICTURE = re.compile("\ufdd0(\\d+)\ufdd1")
_FILE = re.compile(FILE_ADDRESS)


@dataclass
class WrittenBlock:
    """A block in both forms; its Markdown is made of `blocks`, or is `line`. Some have no Markdown."""

    html: str
    blocks: list[Block] = field(default_factory=list)
    line: str = ""
    has_notes: bool = False


class PostWriter:
    """Writes one text, whose footnotes are `items`."""

    def __init__(self, root: Element, notes: NoteLinks, items: list[Element]) -> None:
        self.notes = notes
        self.pictures: list[str] = []
        self.markdown = MarkdownWriter(_LEVELS)
        self.written = [self.write_block(child) for child in root.children if isinstance(child, Element)]
        self.note_section = write_element(notes_section(items)) if items else ""
        note_blocks = [self.write_block(item) for item in items]
        self.note_list = self.fill_in(self.markdown.notes([note.blocks for note in note_blocks]))

    def write(self) -> tuple[str, BodyFormat]:
        """The text, with as much Markdown as shows exactly what HTML would. Raises TooCostly if it cannot be shown."""
        whole = self.join(lambda block: False, self.note_section)
        wanted = self.read_structure(whole)
        text = self.join(lambda block: True, self.note_list)
        if _shows(text, wanted):
            return text, BodyFormat.MARKDOWN
        exact = {id(block) for block in self.written if self.is_exact(block)}
        text = self.join(lambda block: id(block) in exact, self.note_list)
        if self.note_section and not _shows(text, wanted):
            text = self.join(lambda block: id(block) in exact and not block.has_notes, self.note_section)
        if exact and _shows(text, wanted):
            return text, BodyFormat.MIXED
        render_author_markdown(whole)
        return whole, BodyFormat.HTML

    def read_structure(self, whole: str) -> list[Piece]:
        """What readers would see of the HTML, which may be too long to be rendered at once where Markdown is not."""
        try:
            return structure(render_author_markdown(whole))
        except TooCostly:
            blocks = [*(block.html for block in self.written), self.note_section]
            return [piece for html in blocks for piece in structure(render_author_markdown(html))]

    def is_exact(self, block: WrittenBlock) -> bool:
        """Does a block's Markdown show what its HTML does?"""
        notes = self.note_list if block.has_notes else ""
        text = f"{self.write_run(block.blocks) or block.line}\n\n{notes}"
        return _shows(text, structure(render_author_markdown(block.html)), with_notes=False)

    def join(self, in_markdown: Callable[[WrittenBlock], bool], notes: str) -> str:
        """The whole text, each block in one of its forms."""
        parts: list[str] = []
        run: list[Block] = []
        for block in self.written:
            if block.blocks and in_markdown(block):
                run += block.blocks  # two lists in a row must know of each other
                continue
            parts += [self.write_run(run), (in_markdown(block) and block.line) or block.html]
            run = []
        return "\n\n".join(filter(None, [*parts, self.write_run(run), notes]))

    def write_run(self, blocks: list[Block]) -> str:
        return self.fill_in(self.markdown.write(blocks))

    def fill_in(self, text: str) -> str:
        """Put the pictures in their places."""
        return _PICTURE.sub(lambda place: self.pictures[int(place[1])], text)

    def write_block(self, element: Element) -> WrittenBlock:
        """Both forms of an element, whose pictures are replaced by marks."""
        html = write_element(element)
        if line := _write_line(element):
            return WrittenBlock(html, line=line)
        has_notes = any(self.notes.number(each) is not None for each in element.descendants())
        self.mark_pictures(element)
        blocks = HtmlReader(self.notes).read(element if element.tag == "li" else new_element("body", [element]))
        return WrittenBlock(html, blocks, has_notes=has_notes)

    def mark_pictures(self, element: Element) -> None:
        for place, child in enumerate(element.children):
            if isinstance(child, str):
                continue
            if child.tag == "img":
                element.children[place] = f"\ufdd0{len(self.pictures)}\ufdd1"
                self.pictures.append(_picture_line(child, ""))
            else:
                self.mark_pictures(child)


def _shows(text: str, wanted: list[Piece], *, with_notes: bool = True) -> bool:
    try:
        return structure(render_author_markdown(text), with_notes=with_notes) == wanted
    except TooCostly:
        return False


def _write_line(element: Element) -> str:
    """The Markdown of what is a line in ours and has a form of its own: an address, a picture, a gallery, a player."""
    parts = [child for child in element.children if isinstance(child, Element)]
    if element.classes == [LONE_LINK]:
        return parts[0].attrs["href"]
    if element.classes == ["gallery"]:
        lines = [_write_figure(part) for part in parts]
        return "\n".join(lines) if all(lines) else ""
    return _write_figure(element) if element.tag == "figure" and "figure" in element.classes else ""


def _write_figure(figure: Element) -> str:
    """A picture or a player with its caption; "" if that has markup, or if the picture is a link."""
    first, *others = [child for child in figure.children if isinstance(child, Element)]
    caption = others[0].words() if others else ""
    if any(isinstance(child, Element) for other in others for child in other.children):
        return ""
    if first.tag == "img":
        return _picture_line(first, caption)
    target = first.attrs.get("href", "")
    return image_markdown(target, alt=first.words(), caption=caption) if _FILE.fullmatch(target) else ""


def _picture_line(image: Element, caption: str) -> str:
    alt = image.attrs.get("alt", "")
    return image_markdown(write_target(image.attrs["src"]), alt=alt, caption=caption).replace("|", "\\|")
