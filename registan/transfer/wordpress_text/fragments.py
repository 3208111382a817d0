"""Pieces of HTML that stand for what WordPress puts in place of shortcodes and frames."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from blog.markup.lone_links import LONE_LINK


def lone_link(address: str) -> str:
    """A paragraph with nothing but an address: it becomes a card."""
    return f'<p class="{LONE_LINK}"><a href="{escape(address)}">{escape(address)}</a></p>'


def media_figure(tag: str, address: str, caption: str = "") -> str:
    """An `audio` or a `video`; `caption` is HTML."""
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><{tag} src="{escape(address)}"></{tag}>{words}</figure>'


def picture_figure(image: str, caption: str) -> str:
    """A picture, which may be in a link, with its caption; both are HTML."""
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def gallery(pictures: Sequence[tuple[str, str, str]]) -> str:
    """Pictures side by side: the address, the words for those who do not see it, and the caption of each."""
    figures = (
        f'<figure><img src="{escape(address)}" alt="{escape(alt)}">'
        + (f"<figcaption>{escape(caption)}</figcaption>" if caption else "")
        + "</figure>"
        for address, alt, caption in pictures
    )
    return f'<div class="gallery">{"".join(figures)}</div>'


def footnote_mark(note: str, mark: str, number: int) -> str:
    """The sign in the text that leads to the note with the id `note`; its own id is `mark`."""
    return f'<sup><a href="#{escape(note)}" id="{escape(mark)}">{number}</a></sup>'


def footnotes_section(notes: Sequence[tuple[str, str, str]]) -> str:
    """A list of notes: the id of each, the id of its mark in the text, and its HTML."""
    if not notes:
        return ""
    items = (f'<li id="{escape(note)}">{html} <a href="#{escape(mark)}">↩</a></li>' for note, mark, html in notes)
    return f"<ol>{''.join(items)}</ol>"
