"""Compares two texts line by line and marks the words that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from blog.diff.patience import diff_sequences

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class DiffPiece(NamedTuple):
    """A run of characters; `is_changed` when the other side does not have it."""

    text: str
    is_changed: bool


class DiffRow(NamedTuple):
    """A line of the old text beside the same line of the new one; a side without that line is empty."""

    kind: str  # "same", "changed", "added", "removed"
    old: tuple[DiffPiece, ...]
    new: tuple[DiffPiece, ...]


def split_lines(text: str) -> list[str]:
    """Split `text` into lines with their ends, so that joining them gives `text` again."""
    return _LINES.findall(text)


def compare_texts(old: str, new: str) -> list[DiffRow]:
    """The rows of both texts in order; joining all pieces of a side gives that text again."""
    before, after = split_lines(old), split_lines(new)
    rows: list[DiffRow] = []
    for equal, start, stop, begin, end in diff_sequences(before, after):
        if equal:
            rows += [_unchanged_row(line) for line in before[start:stop]]
        else:
            rows += _replaced_rows(before[start:stop], after[begin:end])
    return rows


def collapse_unchanged(rows: list[DiffRow], around: int = 2) -> Iterator[DiffRow | int]:
    """The rows near a change, and for each longer run of equal rows between them its length."""
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


def _replaced_rows(before: list[str], after: list[str]) -> Iterator[DiffRow]:
    """Pair the lines that replace each other in order; surplus lines of one side stand alone."""
    for old, new in zip(before, after, strict=False):
        yield _changed_row(old, new) if old != new else _unchanged_row(old)
    for line in before[len(after) :]:
        yield DiffRow("removed", (DiffPiece(line, True),), ())
    for line in after[len(before) :]:
        yield DiffRow("added", (), (DiffPiece(line, True),))


def _changed_row(old: str, new: str) -> DiffRow:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[DiffPiece] = []
    right: list[DiffPiece] = []
    for equal, start, stop, begin, end in diff_sequences(before, after):
        left += _diff_pieces("".join(before[start:stop]), not equal)
        right += _diff_pieces("".join(after[begin:end]), not equal)
    return DiffRow("changed", tuple(left), tuple(right))


def _diff_pieces(text: str, is_changed: bool) -> list[DiffPiece]:
    return [DiffPiece(text, is_changed)] if text else []


def _unchanged_row(line: str) -> DiffRow:
    plain = (DiffPiece(line, False),)
    return DiffRow("same", plain, plain)
