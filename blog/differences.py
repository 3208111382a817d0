"""What differs between two texts, paragraph beside paragraph, with the words that changed marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from blog.alignment import runs

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """A run of characters; `marked` when the other side lacks it."""

    text: str
    marked: bool


class Row(NamedTuple):
    """A line of the older text beside its line of the newer one; an empty side has no line there."""

    kind: str  # "same", "changed", "added", "removed"
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def lines(text: str) -> list[str]:
    """`text` in lines, each with its own end, so that joining them gives `text` again."""
    return _LINES.findall(text)


def compare(old: str, new: str) -> list[Row]:
    """The rows of both texts, in order; joining all pieces of a side gives that text again."""
    before, after = lines(old), lines(new)
    rows: list[Row] = []
    for equal, start, stop, begin, end in runs(before, after):
        if equal:
            rows += [_same(line) for line in before[start:stop]]
        else:
            rows += _replaced(before[start:stop], after[begin:end])
    return rows


def folded(rows: list[Row], around: int = 2) -> Iterator[Row | int]:
    """The rows near a change; for each longer run of equal ones between them its number of rows."""
    near = {at + step for at, row in enumerate(rows) if row.kind != "same" for step in range(-around, around + 1)}
    skipped = 0
    for at, row in enumerate(rows):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield skipped
            skipped = 0
        yield row
    if skipped:
        yield skipped


def _replaced(before: list[str], after: list[str]) -> Iterator[Row]:
    """Lines that stand in each other's place, paired in order; what one side has more stands alone."""
    for old, new in zip(before, after, strict=False):
        yield _changed(old, new) if old != new else _same(old)
    for line in before[len(after) :]:
        yield Row("removed", (Piece(line, True),), ())
    for line in after[len(before) :]:
        yield Row("added", (), (Piece(line, True),))


def _changed(old: str, new: str) -> Row:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for equal, start, stop, begin, end in runs(before, after):
        left += _piece("".join(before[start:stop]), not equal)
        right += _piece("".join(after[begin:end]), not equal)
    return Row("changed", tuple(left), tuple(right))


def _piece(text: str, marked: bool) -> list[Piece]:
    return [Piece(text, marked)] if text else []


def _same(line: str) -> Row:
    plain = (Piece(line, False),)
    return Row("same", plain, plain)
