"""Converts the text of a comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from typing import NamedTuple

from blog.editing.conversion.inline import escape_line_starts, escape_text
from blog.editing.conversion.note_links import NoteLinks
from blog.editing.conversion.read_html import HtmlReader
from blog.editing.conversion.tree import Element
from blog.editing.conversion.write_markdown import MarkdownWriter, words_of
from blog.markup.extract import plain_text
from blog.markup.html_parts import tag_set
from blog.markup.limits import TooCostly
from blog.markup.renderer import READER_LIMIT, render_reader_markdown
from registan.transfer.wordpress_text.contract import ConvertedComment, Findings, OldSite
from registan.transfer.wordpress_text.outside_content import replace_outside_content
from registan.transfer.wordpress_text.paragraphs import add_paragraphs
from registan.transfer.wordpress_text.pictures import TargetReader
from registan.transfer.wordpress_text.posts import MORE_MARK, replace_comments
from registan.transfer.wordpress_text.shown_tree import clean_characters, parse_shown, text_of
from registan.transfer.wordpress_text.tidy_tree import TreeTidier
from registan.transfer.wordpress_text.tree_parts import Node, as_blocks, new_element
from registan.transfer.wordpress_text.visible import comparable

# Marks of words that comments do not have: the words stay.
_UNWRAPPED = tag_set("abbr bdi del dfn ins kbd mark rp rt ruby s samp small span sub sup time u var")
_AS_PARAGRAPHS = tag_set("caption details dd dt figcaption summary td th")
_FRAMES = tag_set("dl div figure section table tbody tfoot thead tr")
_NO_NOTES = NoteLinks(Element("body", {}, None))
# Characters of plain words that can be rendered whatever they are: each may need a sign before it, or be a link.
_SAFE_LENGTH = READER_LIMIT // 4
_EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")


class Passage(NamedTuple):
    """A part of a comment between which it may be cut: as Markdown, and its words alone."""

    markdown: str
    words: str


def convert_comment(text: str, site: OldSite) -> ConvertedComment:
    """The text of a comment as `comment_content` has it, in readers' Markdown. Raises nothing, whatever the text."""
    findings = Findings()
    text = clean_characters(text)
    if "<" not in text:
        return convert_plain_comment(unescape(text), findings)
    return convert_html_comment(text, site, findings, add_paragraphs)


def convert_plain_comment(text: str, findings: Findings) -> ConvertedComment:
    """Words without any markup: an empty line begins a paragraph, and a line is one."""
    shown = clean_characters(text)
    return _build_comment(_fit_words(shown), shown, findings)


def convert_html_comment(
    text: str, site: OldSite, findings: Findings, prepare: Callable[[str], str] | None = None
) -> ConvertedComment:
    """HTML, whose paragraphs `prepare` may still have to make."""
    shown, bodies = _convert_html(text, site, findings, prepare)
    return _build_comment(bodies, shown, findings)


def _build_comment(bodies: Sequence[str], shown: str, findings: Findings) -> ConvertedComment:
    if len(bodies) > 1:
        findings.losses["split-comment"] += 1
    bodies = [clean_characters(body) for body in bodies]
    return ConvertedComment(bodies, shown, +findings.losses, findings.links | findings.media)


def _convert_html(
    text: str, site: OldSite, findings: Findings, prepare: Callable[[str], str] | None
) -> tuple[str, list[str]]:
    """The words that are seen, and the bodies."""
    try:
        html = replace_outside_content(replace_comments(text, findings).replace(MORE_MARK, ""), findings)
        tree = parse_shown(prepare(html) if prepare else html)
    except TooCostly:  # broken HTML, which nobody could read: what was typed is at least all there
        findings.losses["broken-html"] += 1
        return text, _fit_words(text)
    _link_pictures(tree)
    shown = text_of(tree)
    TreeTidier(TargetReader(site, findings)).tidy(tree)
    tree.children = list(_without_formats(tree))
    blocks = HtmlReader(_NO_NOTES).read(tree)
    writer = MarkdownWriter(set())
    passages = (Passage(writer.write([block]), words_of([block])) for block in blocks)
    bodies = _fit(writer.write(blocks), passages)
    if not _shows_words(bodies, shown):
        findings.losses["markup-in-comment"] += 1
        bodies = _fit_words(shown)
    return shown, bodies


def _link_pictures(element: Element) -> None:
    """Put links with their words in place of pictures, which comments do not show."""
    for place, child in enumerate(element.children):
        if isinstance(child, Element) and child.tag == "img":
            address = child.attrs.get("src", "")
            element.children[place] = new_element("a", [child.attrs.get("alt") or address], {"href": address}, element)
        elif isinstance(child, Element):
            _link_pictures(child)


def _without_formats(element: Element) -> Iterator[Node]:
    """What an element holds, without what comments cannot have: headings are bold, cells are paragraphs."""
    for child in element.children:
        if isinstance(child, str):
            yield child
            continue
        child.children = list(_without_formats(child))
        if child.tag in _UNWRAPPED:
            yield from child.children
        elif child.tag == "hr":
            continue
        elif re.fullmatch(r"h\d", child.tag):
            yield new_element("p", [new_element("strong", child.children)], parent=element)
        elif child.tag in _AS_PARAGRAPHS or child.tag in _FRAMES:
            yield from as_blocks(child.children, element)
        else:
            yield child


def _fit_words(text: str) -> list[str]:
    """Words as they were typed: an empty line begins a paragraph, a line is one."""
    paragraphs = (paragraph.split("\n") for paragraph in _EMPTY_LINE.split(text))
    lines = ("\n".join(filter(None, map(str.strip, paragraph))) for paragraph in paragraphs)
    passages = [Passage(_plain_markdown(words), words) for words in lines if words]
    return _fit("\n\n".join(passage.markdown for passage in passages), passages)


def _plain_markdown(words: str) -> str:
    return escape_line_starts(escape_text(words))


def _fit(whole: str, passages: Iterable[Passage]) -> list[str]:
    """One body, or as many as it takes for each to be within the limits of comments."""
    if not whole.strip():
        return []
    if _is_renderable(whole):
        return [whole]
    return _pack(text for passage in passages for text in _cut(passage))


def _cut(passage: Passage) -> Iterator[str]:
    """A passage in parts that can be rendered; one too long, or with too much markup, as words alone."""
    if _is_renderable(passage.markdown):
        yield passage.markdown
        return
    words, start = passage.words, 0
    while start < len(words):
        end = start + _SAFE_LENGTH
        if end < len(words) and (space := words.rfind(" ", start + 1, end)) > 0:
            end = space
        if part := words[start:end].strip():
            yield _plain_markdown(part)
        start = end


def _pack(texts: Iterable[str]) -> list[str]:
    """Texts put together, as long as the limits allow."""
    groups: list[list[str]] = [[]]
    length = 0
    for text in texts:
        if groups[-1] and length + len(text) > READER_LIMIT - 2:
            groups.append([])
            length = 0
        groups[-1].append(text)
        length += len(text) + 2
    bodies: list[str] = []
    for group in groups:
        body = "\n\n".join(group)
        bodies += [body] if _is_renderable(body) else group
    return bodies


def _is_renderable(text: str) -> bool:
    try:
        render_reader_markdown(text)
    except TooCostly:
        return False
    return True


def _shows_words(bodies: Sequence[str], shown: str) -> bool:
    """Do readers see these words, and no others?"""
    return comparable("".join(plain_text(render_reader_markdown(body)) for body in bodies)) == comparable(shown)
