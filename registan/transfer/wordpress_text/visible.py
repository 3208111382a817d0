"""Compares what readers see: the words of two texts, and the structure of two pieces of rendered HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import zip_longest
from urllib.parse import unquote

from blog.markup.html_parts import PART, tag_set
from registan.transfer.wordpress_text.shown_tree import parse_shown, text_of

# Quotation marks and dashes are the site's to draw (blog/markup/typography.py): WordPress has its own rules for them.
_TYPOGRAPHY = str.maketrans("“”„«»‘’‚‹›′″`", "\"\"\"\"\"''''''\"'")
_DASHES = re.compile("[-–—―‐‑−]+")
# Arrows lead back from a footnote, control characters are replaced; the others have no width.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffd-\uffff\\s\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff↩↑⤴]+")
# Characters shown on each side of a difference.
CONTEXT = 40

_INLINE = tag_set(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u var"
)
_ALIKE = {"b": "strong", "i": "em", "del": "s"}
# What the renderer adds by itself, and what a picture of ours has from its file.
_IGNORED_ATTRIBUTES = tag_set("aria-label dir height hreflang id loading rel role scope tabindex width")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_SPACES = re.compile("[ \t\n\r\f\u00a0]+")
_SPACE = re.compile("( )")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*)</a>')
_NOTES = re.compile(r'<section class="footnotes".*?</section>', re.DOTALL)
_NOTE_SIGN = re.compile(
    r'<sup class="footnote-ref">(?:[^<]|<(?!/sup>))*</sup>|\s*<a [^>]*class="footnote-back"[^>]*>[^<]*</a>'
)

_CODE = frozenset([("pre", "")])

# A tag with its attributes, or words with the marks they have.
Piece = tuple[str, object]


def comparable(text: str) -> str:
    """The characters of a text that may not change."""
    straight = text.translate(_TYPOGRAPHY).replace("…", "...")
    # Two signs that stand for one may have a space between them on one side.
    return _UNSEEN.sub("", _DASHES.sub("", straight)).replace("''", '"')


def visible_text(html: str) -> str:
    """The words that a reader of rendered HTML sees, footnotes included. Raises TooCostly for broken HTML."""
    return text_of(parse_shown(html))


def first_difference(shown: str, html: str) -> str:
    """Where the words of rendered `html` differ from those that WordPress has `shown`, with what is around it; ""
    if they are the same. Typography and spaces are left out of account."""
    theirs, ours = comparable(shown), comparable(visible_text(html))
    if theirs == ours:
        return ""
    place = next(n for n, (one, other) in enumerate(zip_longest(theirs, ours)) if one != other)
    start = max(0, place - CONTEXT)
    return f"“{theirs[start : place + CONTEXT]}” ≠ “{ours[start : place + CONTEXT]}”"


def structure(html: str, *, with_notes: bool = True) -> list[Piece]:
    """The tags and words of rendered HTML in a form that is equal for HTML that looks the same."""
    html = _NOTE_SIGN.sub(lambda sign: "\ufdd2" if "footnote-ref" in sign[0] else "", html)
    html = _LINK.sub(_without_own_address, html if with_notes else _NOTES.sub("", html))
    pieces: list[Piece] = []
    for words, marks in _pieces(html):
        before, marks_before = pieces[-1] if pieces else ("", None)
        if not isinstance(marks, frozenset):
            if isinstance(marks_before, frozenset):
                pieces[-1] = (before.rstrip(" \n"), marks_before)
        elif words == " " and (not isinstance(marks_before, frozenset) or before.endswith(" ")):
            continue
        elif marks == marks_before:
            pieces[-1] = (before + words, marks)
            continue
        pieces.append((words, marks))
    return [piece for piece in pieces if piece[0]]


def _pieces(html: str) -> Iterator[Piece]:
    marks: list[tuple[str, str]] = []
    in_code_block = after_break = False
    for part in PART.finditer(html):
        closing, tag, attributes = part.groups()
        if tag is None:
            text = unescape(part[0])
            if after_break and text.startswith("\u00a0"):
                yield "<indent>", ""  # of a poem, which Markdown does not have
            yield from [(text, _CODE.union(marks))] if in_code_block else _words(text, frozenset(marks))
        elif in_code_block and tag in ("code", "span"):
            continue  # colours
        elif tag in _INLINE:
            name = _ALIKE.get(tag, tag)
            if closing and marks:
                marks.pop()
            elif not closing:
                marks.append((name, _attributes_key(attributes)))
        else:
            in_code_block = tag == "pre" and not closing
            yield f"<{closing}{tag}>", "" if tag == "pre" else _attributes_key(attributes)
        after_break = tag == "br"


def _words(text: str, marks: frozenset[tuple[str, str]]) -> Iterator[Piece]:
    """Words with their marks, and single spaces, which show none."""
    text = _plain_signs(_SPACES.sub(" ", text))
    for word in _SPACE.split(text) if marks else (text[:1], text[1:]):  # of words without marks only the first matters
        if word:
            yield word, frozenset() if word == " " else marks


def _plain_signs(word: str) -> str:
    return _DASHES.sub("-", word.translate(_TYPOGRAPHY).replace("…", "..."))


def _attributes_key(attributes: str) -> str:
    pairs = sorted(_ATTRIBUTE.findall(attributes))
    return " ".join(f"{name}={unquote(unescape(value))}" for name, value in pairs if name not in _IGNORED_ATTRIBUTES)


def _without_own_address(link: re.Match[str]) -> str:
    """An address that was typed is a link in Markdown, and is none in HTML."""
    target, words = (unquote(unescape(each)).rstrip("/") for each in link.groups())
    return link[2] if target in (words, f"https://{words}") else link[0]
