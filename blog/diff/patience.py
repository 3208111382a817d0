"""Which parts of two sequences are the same, in order, in time that hardly grows faster than they do.

After Bram Cohen's "patience diff": what occurs once on each side is paired first, then what lies between such pairs is
looked at in the same way. difflib alone takes a minute for a long post that was written anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

# Pairs to try, at most, between two anchors: what is left there is small, and difflib does it best.
MAX_DIFFLIB_PAIRS = 900
# How often a part is looked at again: texts of people need five or six, one made to be slow would need thousands.
MAX_DEPTH = 24


class Run(NamedTuple):
    """A part of each side: `equal`, or in the other's place."""

    is_equal: bool
    old_start: int
    old_stop: int
    new_start: int
    new_stop: int


def diff_sequences(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Both sequences from beginning to end; an empty side of a run means that the other stands alone."""
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
    """The places that stand for each other."""
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
    """What occurs just once in each of the two parts and stands in the same order in both, as much as possible."""
    times, others = Counter(old[start:stop]), Counter(new[begin:end])
    place = {one: j for j, one in enumerate(new[begin:end], begin) if others[one] == 1}
    found = [(i, place[one]) for i, one in enumerate(old[start:stop], start) if times[one] == 1 and one in place]
    return _longest_increasing_subsequence(found)


def _longest_increasing_subsequence(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of `found`, whose first numbers rise, in which the second ones rise as well."""
    ends: list[int] = []  # the least second number that a rising part of this length ends with
    last: list[int] = []  # where in `found` that is
    before: list[int] = []
    for at, (_i, j) in enumerate(found):
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [at]
        before.append(last[length - 1] if length else -1)
    rising = []
    at = last[-1] if last else -1
    while at >= 0:
        rising.append(found[at])
        at = before[at]
    return rising[::-1]
