"""Cuts out the part of a text that shows why it matches, in pieces of which some are matches. Builds no HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blog.fulltext.terms import Phrase
from blog.text.tokens import WordPlace

# Words in an excerpt, and how many of them before the first match.
MAX_WORDS, WORDS_BEFORE = 44, 8
# Characters in an excerpt at most: a "word" may be a line without a space.
MAX_CHARACTERS = 600


class ExcerptPiece(NamedTuple):
    """A part of the text, unchanged."""

    text: str
    is_match: bool = False


def build_excerpt(
    text: str, tokens: Sequence[WordPlace], phrases: Sequence[Phrase], stems: Mapping[str, str]
) -> list[ExcerptPiece]:
    """The part of `text`, whose words are `tokens`, with most of the phrases, or its beginning when it has none."""
    spans = find_matches(tokens, phrases, stems)
    first = max(0, densest_start(spans) - WORDS_BEFORE) if spans else 0
    shown = tokens[first : first + MAX_WORDS]
    if not shown:
        return [ExcerptPiece(text[:MAX_CHARACTERS])] if text else []
    start, end = (shown[0][0] if first else 0), shown[-1][1]
    if first + MAX_WORDS >= len(tokens):
        end = len(text)
    end = min(end, start + MAX_CHARACTERS)
    pieces = split_at_matches(text, start, end, [(tokens[a][0], tokens[b][1]) for a, b, _phrase in spans])
    before, after = "… " * (start > 0), " …" * (end < len(text))
    return [piece for piece in (ExcerptPiece(before), *pieces, ExcerptPiece(after)) if piece.text]


def highlight_matches(
    text: str, tokens: Sequence[WordPlace], phrases: Sequence[Phrase], stems: Mapping[str, str]
) -> list[ExcerptPiece]:
    """The whole of `text`, whose words are `tokens`, in pieces."""
    spans = [(tokens[a][0], tokens[b][1]) for a, b, _phrase in find_matches(tokens, phrases, stems)]
    return split_at_matches(text, 0, len(text), spans)


def find_matches(
    tokens: Sequence[WordPlace], phrases: Sequence[Phrase], stems: Mapping[str, str]
) -> list[tuple[int, int, int]]:
    """(first word, last word, phrase) of every match, in order; none overlaps another."""
    keys = [stems.get(key, key) for _start, _end, key in tokens]
    heads: dict[str, list[int]] = {}
    prefixes = [n for n, phrase in enumerate(phrases) if phrase[0].endswith("*")]
    for n, phrase in enumerate(phrases):
        heads.setdefault(phrase[0], []).append(n)
    # Few words of a long text begin a phrase.
    places = range(len(keys)) if prefixes else [place for place, key in enumerate(keys) if key in heads]
    spans, past = [], 0
    for place in places:
        if place < past:
            continue
        for n in [*heads.get(keys[place], ()), *prefixes]:
            length = len(phrases[n])
            if matches_phrase(keys[place : place + length], phrases[n]):
                spans.append((place, place + length - 1, n))
                past = place + length
                break
    return spans


def matches_phrase(keys: Sequence[str], phrase: Phrase) -> bool:
    if len(keys) < len(phrase) or tuple(keys[:-1]) != phrase[:-1]:
        return False
    last = phrase[-1]
    return keys[-1].startswith(last[:-1]) if last.endswith("*") else keys[-1] == last


def densest_start(spans: Sequence[tuple[int, int, int]]) -> int:
    """The first word of the excerpt with the most different phrases, then with the most matches."""

    def density(start: int) -> tuple[int, int, int]:
        limit = spans[start][0] + MAX_WORDS - WORDS_BEFORE
        near = [phrase for place, _last, phrase in spans[start : start + MAX_WORDS] if place < limit]
        return len(set(near)), len(near), -start

    return spans[max(range(min(len(spans), 500)), key=density)][0]


def split_at_matches(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[ExcerptPiece]:
    """Split `text` from `start` to `end` where a span begins and ends."""
    pieces, at = [], start
    for first, last in spans:
        if first >= at and last <= end:
            pieces += [ExcerptPiece(text[at:first]), ExcerptPiece(text[first:last], is_match=True)]
            at = last
    return [piece for piece in (*pieces, ExcerptPiece(text[at:end])) if piece.text]
