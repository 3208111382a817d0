"""Finds what two sequences have in common, in time that hardly grows faster than their length.

This is Bram Cohen's "patience diff": items that occur once on each side are paired first, then the parts between these
pairs are compared in the same way. difflib alone takes a minute for a long post that was rewritten.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

# Pairs to compare, at most, between two anchors: for so small a part difflib is best.
MAX_DIFFLIB_PAIRS = 900
# How deeply parts are split: texts by people need five or six levels, one made to be slow would need thousands.
MAX_DEPTH = 24


class Run(NamedTuple):
    """A part of each side: the same on both, or one in place of the other."""

    is_equal: bool
    old_start: int
    old_stop: int
    new_start: int
    new_stop: int


def diff_sequences(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Both sequences from beginning to end; in a run with an empty side the other side was added or removed."""
    at, to, length = 0, 0, 0
    for i, j in [*sorted(_matching_places(old, new)), (len(old), len(new))]:
        if (i, j) == (at + length, to + length) and i < len(old) and j < len(new):
            length += 1
            continue
        if length:
            yield Run(True, at, at + length, to, to + length)
        if (at + length, to + length) != (i, j):
            yield Run(False, at + length, i, to + length, j)
        at, to, length = i, j, 1


def _matching_places(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The pairs of positions with the same item."""
    todo = [(0, len(old), 0, len(new), 0)]
    while todo:
        start, stop, begin, end, depth = todo.pop()
        while start < stop and begin < end and old[start] == new[begin]:
            yield start, begin
            start, begin = start + 1, begin + 1
        while start < stop and begin < end and old[stop - 1] == new[end - 1]:
            stop, end = stop - 1, end - 1
            yield stop, end
        if start == stop or begin == end or depth == MAX_DEPTH:
            continue
        if (stop - start) * (end - begin) <= MAX_DIFFLIB_PAIRS:
            yield from _match_with_difflib(old[start:stop], new[begin:end], start, begin)
            continue
        if anchors := _unique_common_items(old, new, start, stop, begin, end):
            edges = [(start - 1, begin - 1), *anchors, (stop, end)]
            yield from anchors
            todo += [(i + 1, next_i, j + 1, next_j, depth + 1) for (i, j), (next_i, next_j) in pairwise(edges)]


def _match_with_difflib(old: Sequence[str], new: Sequence[str], start: int, begin: int) -> Iterator[tuple[int, int]]:
    for i, j, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from ((start + i + step, begin + j + step) for step in range(size))


def _unique_common_items(
    old: Sequence[str], new: Sequence[str], start: int, stop: int, begin: int, end: int
) -> list[tuple[int, int]]:
    """As many items as possible that occur once in each of the two parts and in the same order in both."""
    old_counts, new_counts = Counter(old[start:stop]), Counter(new[begin:end])
    place = {item: j for j, item in enumerate(new[begin:end], begin) if new_counts[item] == 1}
    pairs = [
        (i, place[item]) for i, item in enumerate(old[start:stop], start) if old_counts[item] == 1 and item in place
    ]
    return _longest_increasing_subsequence(pairs)


def _longest_increasing_subsequence(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence of `pairs`, whose first numbers rise, in which the second numbers rise as well."""
    ends: list[int] = []  # the least second number at the end of a rising subsequence of each length
    last: list[int] = []  # where in `pairs` that is
    before: list[int] = []
    for at, (_i, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [at]
        before.append(last[length - 1] if length else -1)
    rising = []
    at = last[-1] if last else -1
    while at >= 0:
        rising.append(pairs[at])
        at = before[at]
    return rising[::-1]
