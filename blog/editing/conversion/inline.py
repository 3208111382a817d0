"""Words with their marks, written as Markdown that shows exactly these words."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# In this order when two begin and end together: the first is outside.
MARKS = ("link", "del", "strong", "em", "sup", "sub")
_SIGNS = {
    "del": ("~~", "~~"), "strong": ("**", "**"), "em": ("*", "*"),
    # Markdown has none for these, and H₂O without it is another word. They are ours, without attributes.
    "sup": ("<sup>", "</sup>"), "sub": ("<sub>", "</sub>"),
}  # fmt: skip

_URL = re.compile(r"""https?://[^\s<>"'`\[\]\\“”«»]{3,1900}""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
# `_` begins or ends emphasis only at the edge of a word.
# All that may be one comes first, so that other characters are passed over quickly.
_SPECIAL = re.compile(r"[\\`*\[\]<$~_](?:(?<=[\\`*\[\]<$])|(?<=~)(?=~)|(?<=~~)|(?<=_)(?<![^\W_]_)|(?<=_)(?![^\W_]))")
_LINE_START = re.compile(r"^(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|~{3,}|[=|](?=[ =|:-]*$)|[-:](?=[ |:-]*$))", re.MULTILINE)
_NUMBER_AT_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)


class Span(NamedTuple):
    """Words that are marked alike; `kind` is "text", "code", "break", "note" or "image"."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""
    kind: str = "text"

    @property
    def key(self) -> tuple[str, frozenset[str], str]:
        return self.kind, self.marks, self.href


def tidy_spans(spans: Iterable[Span]) -> list[Span]:
    """Join equal neighbours, and leave spaces out where HTML shows none: at the edges, at breaks, after a space."""
    tidy: list[Span] = []
    after_space = True
    for span in spans:
        if span.kind == "break":
            _strip_end(tidy)
            if tidy:
                tidy.append(span)
            after_space = True
            continue
        text = span.text
        if span.kind == "text":
            text = re.sub("[ \u00a0]{2,}", " ", text)
            if after_space:
                text = text.lstrip(" \u00a0")
            elif tidy[-1].text.endswith("\u00a0") and text.startswith(" "):
                tidy[-1] = tidy[-1]._replace(text=tidy[-1].text[:-1])
        if not text:
            continue
        after_space = span.kind == "text" and text.endswith(" ")
        if tidy and tidy[-1].key == span.key and span.kind in ("text", "code"):
            tidy[-1] = span._replace(text=tidy[-1].text + text)
        else:
            tidy.append(span._replace(text=text))
    while tidy and tidy[-1].kind == "break":
        tidy.pop()
    _strip_end(tidy)
    return tidy


def _strip_end(spans: list[Span]) -> None:
    while spans and spans[-1].kind == "text":
        text = spans[-1].text.rstrip(" \u00a0")
        if text:
            spans[-1] = spans[-1]._replace(text=text)
            return
        spans.pop()


def visible_text(spans: Iterable[Span]) -> str:
    """The words as they are seen."""
    return "".join("\n" if span.kind == "break" else span.text for span in spans)


def write_spans(spans: Sequence[Span], *, plain: bool = False, in_table: bool = False, one_line: bool = False) -> str:
    """The Markdown of one paragraph, heading or cell; `plain` leaves emphasis out."""
    if plain:
        spans = tidy_spans(span._replace(marks=span.marks & {"sup", "sub"}) for span in spans)
    if one_line:
        spans = tidy_spans(Span(" ") if span.kind == "break" else span for span in spans)
    text = _write_nested(_move_edges(list(spans)), ())
    return text.replace("|", "\\|") if in_table else escape_line_starts(text)


def escape_line_starts(text: str) -> str:
    """Escape what begins a block: a paragraph stays a paragraph."""
    return _NUMBER_AT_START.sub(r"\1\\\2", _LINE_START.sub(r"\\\1", text))


def escape_text(text: str) -> str:
    """Escape Markdown's signs, except in addresses, which become links as they are."""
    parts, end = [], 0
    for match in _URL.finditer(text):
        address = match[0].rstrip("?!.,:;*_~)")
        parts.append(_escape_words(text[end : match.start()]))
        parts.append(f"<{address}>" if _SPECIAL.search(address) else address)
        end = match.start() + len(address)
    return "".join([*parts, _escape_words(text[end:])])


def _escape_words(words: str) -> str:
    return _ENTITY.sub(r"\\&", _SPECIAL.sub(r"\\\g<0>", words))


def write_target(address: str) -> str:
    """A link's address, in angle brackets where it would end too early."""
    address = re.sub(r"\s", "%20", address.strip())
    address = re.sub(r"[<>\\`]", lambda sign: f"%{ord(sign[0]):02X}", _ENTITY.sub("&amp;", address))
    return f"<{address}>" if "(" in address or ")" in address else address


def write_code(text: str) -> str:
    """Code between backticks, more of them than it has in a row."""
    text = " ".join(text.split("\n"))
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or (text[:1] == text[-1:] == " " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _write_nested(spans: Sequence[Span], inside: tuple[str, ...]) -> str:
    """Write spans, the mark that reaches furthest outside."""
    parts: list[str] = []
    at = 0
    while at < len(spans):
        marks = [mark for mark in MARKS if mark not in inside and _has(spans[at], mark)]
        if not marks:
            parts.append(_write_atom(spans[at]))
            at += 1
            continue
        reach = {mark: _reach(spans, at, mark) for mark in marks}
        mark = max(marks, key=lambda each: reach[each])
        end = reach[mark]
        # Emphasis that neither contains the other ends where the outer one does; the rest opens it again.
        content = _write_nested(spans[at:end], (*inside, mark))
        parts.append(_wrap(content, mark, spans[at], spans[at:end], inside))
        at = end
    return "".join(parts)


def _has(span: Span, mark: str) -> bool:
    return bool(span.href) if mark == "link" else mark in span.marks


def _reach(spans: Sequence[Span], start: int, mark: str) -> int:
    end = start
    while end < len(spans) and _has(spans[end], mark) and (mark != "link" or spans[end].href == spans[start].href):
        end += 1
    return end


def _wrap(content: str, mark: str, first: Span, spans: Sequence[Span], inside: tuple[str, ...]) -> str:
    if mark != "link":
        before, after = _SIGNS[mark]
        return before + content + after
    is_own_text = all(span.kind == "text" for span in spans) and visible_text(spans) == first.href
    if is_own_text and _is_plain_address(first.href):
        return f"<{first.href}>"
    return f"[{content}]({write_target(first.href)})"


def _is_plain_address(address: str) -> bool:
    return bool(re.fullmatch(r"https?://[!-;=?-~]+", address)) and "%" not in address and "\\" not in address


def _write_atom(span: Span) -> str:
    match span.kind:
        case "break":
            return "\\\n"
        case "code":
            return write_code(span.text)
        case "note":
            return f"[^{span.text}]"
        case "image":
            return span.text
    # Within a link an address is no link.
    return _escape_words(span.text) if span.href else escape_text(span.text)


def _move_edges(spans: list[Span]) -> list[Span]:
    """Move spaces out of emphasis and links, and signs out of emphasis that a letter follows: Markdown has neither."""
    moved: list[Span] = []
    for number, span in enumerate(spans):
        if span.kind != "text" or not (span.marks or span.href):
            moved.append(span)
            continue
        before = moved[-1] if moved else Span("")
        after = spans[number + 1] if number + 1 < len(spans) else Span("")
        lead = _edge(span, before, before.text[-1:], span.text)
        rest = span.text[len(lead) :]
        tail = _edge(span, after, after.text[:1], rest[::-1])[::-1]
        moved.append(Span(lead, span.marks & before.marks, _common_href(span, before, lead)))
        moved.append(span._replace(text=rest[: len(rest) - len(tail)]))
        moved.append(Span(tail, span.marks & after.marks, _common_href(span, after, tail)))
    kept: list[Span] = []
    for span in (each for each in moved if each.text or each.kind == "break"):
        if kept and kept[-1].key == span.key and span.kind == "text":
            kept[-1] = span._replace(text=kept[-1].text + span.text)
        else:
            kept.append(span)
    return kept


def _common_href(span: Span, neighbour: Span, words: str) -> str:
    return span.href if neighbour.href == span.href or not words.isspace() else ""


def _edge(span: Span, neighbour: Span, beside: str, words: str) -> str:
    """What of the start of `words` cannot stand directly inside the marks."""
    length = len(words) - len(words.lstrip())
    emphasis = (span.marks - neighbour.marks) & {"strong", "em", "del"}
    is_beside_letter = neighbour.kind == "text" and beside and not _is_sign(beside) and not beside.isspace()
    if emphasis and not span.href and is_beside_letter:
        while length < len(words) and (_is_sign(words[length]) or words[length].isspace()):
            length += 1
    return words[:length]


def _is_sign(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character)[0] in "PS"
