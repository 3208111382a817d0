"""Finds a passage of a text again after the text has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from blog.diff.compare import split_lines
from blog.diff.patience import diff_sequences

# Characters before and after a passage by which equal words in another place are told apart.
CONTEXT_LENGTH = 60
# Of the context, characters that must still be there when other places have the same words.
MIN_CONTEXT = 10
# Places that are compared by their context: more have the same words only if these are very short.
MAX_PLACES = 1_000
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Passage(NamedTuple):
    """Where a passage begins and ends in a text, in characters."""

    start: int
    end: int


class Context(NamedTuple):
    """The characters just before and just after a passage."""

    before: str
    after: str


class _Stretch(NamedTuple):
    """Characters that both texts share: where in each, and how many."""

    old: int
    new: int
    size: int


def context_of(text: str, passage: Passage) -> Context:
    start = max(passage.start - CONTEXT_LENGTH, 0)
    return Context(text[start : passage.start], text[passage.end : passage.end + CONTEXT_LENGTH])


def find_passage(text: str, words: str, *, near: int = 0) -> Passage | None:
    """The place of `words` nearest to `near`; if there is none, the first that differs only in its white space."""
    if not (words := words.strip()):
        return None
    if places := _find_places(text, words):
        return Passage(start := min(places, key=lambda place: abs(place - near)), start + len(words))
    collapsed, wanted = " ".join(text.split()), " ".join(words.split())
    if (at := collapsed.find(wanted)) < 0:
        return None
    # White space aside, both texts have the same characters in the same order.
    first = at - collapsed.count(" ", 0, at)
    last = first + len(wanted) - wanted.count(" ") - 1
    visible = [place for place, character in enumerate(text) if not character.isspace()]
    return Passage(visible[first], visible[last] + 1)


def follow_passage(old: str, new: str, passage: Passage) -> Passage | None:
    """Where in `new` the passage of `old` is; None if most of its words are gone.

    Words that were changed in part keep the place; words that were moved are found by what stands around them.
    """
    if new.endswith(old[passage.start :]):  # all that changed stands before it
        return Passage(passage.start + len(new) - len(old), passage.end + len(new) - len(old))
    if new.startswith(old[: passage.end]):  # or after it
        return passage
    words = old[passage.start : passage.end]
    mapped = _map_passage(old, new, passage)
    if mapped and new[mapped.start : mapped.end] == words:
        return mapped
    places = _find_places(new, words)
    is_elsewhere = len(places) >= len(_find_places(old, words))
    if mapped and not is_elsewhere:
        return mapped
    return _choose_place(new, places, words, context_of(old, passage), needs_context=not is_elsewhere)


def find_returned(old: str, new: str, words: str, context: Context) -> Passage | None:
    """Where in `new` are words that `old` had lost, if they came back with this change."""
    places = _find_places(new, words)
    if len(places) <= len(_find_places(old, words)):
        return None
    return _choose_place(new, places, words, context, needs_context=False)


def _find_places(text: str, words: str) -> list[int]:
    places: list[int] = []
    at = text.find(words)
    while at >= 0 and len(places) < MAX_PLACES:
        places.append(at)
        at = text.find(words, at + 1)
    return places


def _choose_place(text: str, places: list[int], words: str, context: Context, *, needs_context: bool) -> Passage | None:
    """The place with most of the context around it."""

    def shared(start: int) -> int:
        here = context_of(text, Passage(start, start + len(words)))
        before = _common_length(here.before[::-1], context.before[::-1])
        return before + _common_length(here.after, context.after)

    best = max(places, key=shared, default=None)
    if best is None or (needs_context and shared(best) < MIN_CONTEXT):
        return None
    return Passage(best, best + len(words))


def _map_passage(old: str, new: str, passage: Passage) -> Passage | None:
    """From the first of its words that stayed to the last, if that is at least half of its characters."""
    kept = 0
    start = end = -1
    for stretch in _stretches(old, new):
        first, last = max(stretch.old, passage.start), min(stretch.old + stretch.size, passage.end)
        if first >= last or not (size := len("".join(old[first:last].split()))):
            continue
        kept += size
        start = start if start >= 0 else stretch.new + first - stretch.old
        end = stretch.new + last - stretch.old
    length = passage.end - passage.start
    # Words with a whole paragraph typed between them are no passage any more.
    if start < 0 or end - start > 3 * length + CONTEXT_LENGTH:
        return None
    if new[start:end] != old[passage.start : passage.end]:  # a word that was changed in part belongs to it as a whole
        while _is_inside_word(new, start):
            start -= 1
        while _is_inside_word(new, end):
            end += 1
    return Passage(start, end) if 2 * kept >= len("".join(old[passage.start : passage.end].split())) else None


def _stretches(old: str, new: str) -> Iterator[_Stretch]:
    """What both texts share, in order: their beginning and end to the character, between these lines, then words."""
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    yield _Stretch(0, 0, head)
    before, after = (split_lines(text[head : len(text) - tail]) for text in (old, new))
    at, to = head, head
    for is_equal, start, stop, begin, end in diff_sequences(before, after):
        left, right = "".join(before[start:stop]), "".join(after[begin:end])
        if is_equal:
            yield _Stretch(at, to, len(left))
        else:
            yield from _word_stretches(left, right, at, to)
        at, to = at + len(left), to + len(right)
    yield _Stretch(len(old) - tail, len(new) - tail, tail)


def _word_stretches(old: str, new: str, at: int, to: int) -> Iterator[_Stretch]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    for is_equal, start, stop, begin, end in diff_sequences(before, after):
        left, right = (sum(map(len, words)) for words in (before[start:stop], after[begin:end]))
        if is_equal:
            yield _Stretch(at, to, left)
        at, to = at + left, to + right


def _is_inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _common_length(one: str, other: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
