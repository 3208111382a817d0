"""Quotations as text: how much of a passage is quoted, and whether it occurs in another. Knows no model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blog.markup.extract import plain_text, quotation_spans

# Characters that a piece must have to be told from chance, unless it is all that its source says.
MIN_PASSAGE_LENGTH = 10
# Block quotes of one comment that are looked for; more is no conversation.
MAX_QUOTES = 10
# Characters of a comment that are quoted for whoever asks for all of it.
MAX_QUOTED_LENGTH = 600
OMITTED = "[…]"

# Every kind of quotation mark is one, and so is every dash. Signs of Markdown and marks without a width are nothing:
# they are lost on the way from a page into a form and back.
_SIGNS = {
    **dict.fromkeys(map(ord, '"“”„‟«»‹›‘’‚‛′″＂＇'), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘－"), "-"),
    **dict.fromkeys(map(ord, "*_`~\\\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], None),
}
_TOKEN = re.compile(r"\w+|'+|-+|…|\.{2,}|[^\w\s]")
_ONE_FOR_MANY = {"'": "'", "-": "-", ".": "…"}
_GAP = re.compile(r" (?:\[ … \]|\( … \)|…)(?= )")


def normalize_passage(text: str) -> str:
    """`text` as it is compared: its words and signs with one space around each, whatever stood between them.

    Two folded texts fit at the borders of words alone, and one search of one string in another finds out.
    """
    tokens = _TOKEN.findall(text.translate(_SIGNS))
    whole = " ".join(_ONE_FOR_MANY[token[0]] if token[0] in "'-" or token[:2] == ".." else token for token in tokens)
    return _GAP.sub(" …", f" {whole} ") if whole else ""


def passage_occurs(passage: str, text: str) -> bool:
    """Is `passage` in `text` (both folded), as a whole or, where it says so by `…`, piece after piece?

    Takes time in proportion to their lengths.
    """
    if not passage.strip(" …"):
        return False
    if passage == text or (len(passage) > MIN_PASSAGE_LENGTH + 1 and passage in text):
        return True
    at = 0
    for piece in filter(None, (piece.strip() for piece in passage.split("…"))):
        found = text.find(f" {piece} ", at) if len(piece) >= MIN_PASSAGE_LENGTH else -1
        if found < 0:
            return False
        at = found + len(piece) + 1
    return True


@dataclass
class QuoteSource:
    """Something that may be quoted: its HTML (made by our gate), and `of`, what the caller knows it by.

    `with_quotes`: what it quotes counts as its own.
    """

    origin: Any
    html: str
    with_quotes: bool = False

    @cached_property
    def own_text(self) -> str:
        """What it says itself, folded, with a gap for each passage that it quotes."""
        if self.with_quotes:
            return self.full_text
        return normalize_passage(f" {OMITTED} ".join(plain_text(part) for part in parts_outside_quotes(self.html)))

    @cached_property
    def full_text(self) -> str:
        """With all that it quotes."""
        return normalize_passage(plain_text(self.html))

    def still_contains(self, html: str) -> bool:
        """Does the passage `html`, once found here, occur here now?"""
        passage = normalize_passage(plain_text(html))
        return passage_occurs(passage, self.own_text) or passage_occurs(passage, self.full_text)


def attribute_quotes(html: str, sources: Iterable[QuoteSource]) -> dict[int, QuoteSource]:
    """The source of each block quote of `html` that is one, by its place from 0; the first of `sources` that fits.

    The person who said it comes before everybody who has quoted it. No more sources are taken than are needed.
    """
    spans = quotation_spans(html)[:MAX_QUOTES]
    open_ones = {place: normalize_passage(plain_text(html[start:stop])) for place, (start, stop) in enumerate(spans)}
    found: dict[int, QuoteSource] = {}
    seen: list[QuoteSource] = []
    for source in sources if spans else ():
        seen.append(source)
        found |= {place: source for place, passage in open_ones.items() if passage_occurs(passage, source.own_text)}
        open_ones = {place: passage for place, passage in open_ones.items() if place not in found}
        if not open_ones:
            return found
    for source in seen:
        for place, passage in open_ones.items():
            if place not in found and passage_occurs(passage, source.full_text):
                found[place] = source
    return found


def parts_outside_quotes(html: str) -> Iterator[str]:
    """The parts of `html` outside its block quotes: one more than there are quotes, some of them empty."""
    end = 0
    for start, stop in quotation_spans(html):
        yield html[end:start]
        end = stop
    yield html[end:]


# Into a form

_BLOCK_END = re.compile(r"</(?:p|li|pre|h[1-6]|figcaption|dd|dt|tr)>")
_NOTES = '<section class="footnotes"'
# What Markdown would take for a sign, as far as our readers' Markdown knows it; addresses stay as they are.
_SIGN = re.compile(r"(https?://\S+)|([\\*`]|(?<![^\W_])_|_(?![^\W_])|\](?=\()|<(?=[a-zA-Z])|&(?=#?\w+;))")
_SIGN_AT_START = re.compile(r"^(?:([-+>#=~])|(\d{1,9})([.)])(?= ))")


def quotable_paragraphs(html: str) -> list[str]:
    """The paragraphs of `html` in plain words, with their line breaks; what it quotes is left out, marked by `[…]`."""
    found: list[str] = []
    for number, part in enumerate(parts_outside_quotes(html.partition(_NOTES)[0])):
        if number and found and found[-1] != OMITTED:
            found.append(OMITTED)
        for block in _BLOCK_END.split(part):
            lines = [words for line in block.split("<br>") if (words := plain_text(line))]
            found += ["\n".join(lines)] if lines else []
    return found[:-1] if found and found[-1] == OMITTED else found


def format_quotation(texts: Iterable[str], *, limit: int = MAX_QUOTED_LENGTH) -> str:
    """Markdown that quotes these paragraphs, at most `limit` characters of them, with an empty line after it."""
    quoted: list[str] = []
    for text in texts:
        kept = shorten_passage(text, limit)
        quoted.append("\n".join(f"> {escape_markdown(line)}" for line in kept.splitlines()))
        limit -= len(text)
        if limit <= 0:
            break
    return "\n>\n".join(quoted) + "\n\n" if quoted else ""


def shorten_passage(text: str, limit: int) -> str:
    """`text`, or its first words in `limit` characters and an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit + 1]
    end = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:end] if end > 0 else text[:limit]).rstrip(" \n,;:.–—-") + "…"


def escape_markdown(line: str) -> str:
    """A line that our readers' Markdown shows as it stands."""
    line = _SIGN.sub(lambda sign: sign[1] or f"\\{sign[2]}", line)
    return _SIGN_AT_START.sub(lambda sign: f"\\{sign[1]}" if sign[1] else f"{sign[2]}\\{sign[3]}", line)
