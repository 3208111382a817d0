"""Merges two changes of one text by paragraphs: what only one side changed is taken from that side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blog.diff.patience import diff_sequences

# A line with the empty lines after it: on their own, all empty lines would match each other.
_PARAGRAPHS = re.compile(r"[^\n]*\n+|[^\n]+")


class MergePart(NamedTuple):
    """A stretch of the text in all three. In a "conflict" both sides changed it differently."""

    kind: str  # "same", "theirs", "mine", "both" (changed alike), "conflict"
    base: str
    theirs: str
    mine: str


def split_paragraphs(text: str) -> list[str]:
    """Split `text` into paragraphs with the empty lines after them, so that joining them gives `text` again."""
    return _PARAGRAPHS.findall(text)


def merge_texts(base: str, theirs: str, mine: str) -> list[MergePart]:
    """The parts of a text that two people have changed, in order; joining any side of them gives that text again."""
    texts = [split_paragraphs(text) for text in (base, theirs, mine)]
    parts: list[MergePart] = []
    at = [0, 0, 0]
    for start, size in _runs_common_to_all(*texts):
        between = [text[begin:end] for text, begin, end in zip(texts, at, start, strict=True)]
        # With as many paragraphs on each side, each side may have changed a different one of them.
        for pieces in zip(*between, strict=True) if len(set(map(len, between))) == 1 else [between]:
            _append_part(parts, pieces)
        at = [place + size for place in start]
        for pieces in zip(*(text[begin:end] for text, begin, end in zip(texts, start, at, strict=True)), strict=True):
            _append_part(parts, pieces)
    return parts


def join_parts(parts: Sequence[MergePart]) -> str:
    """One text with both changes. A conflict is resolved as mine; what both added in one place is kept from each."""
    return "".join(map(_text_of_part, parts))


def _text_of_part(part: MergePart) -> str:
    if part.kind == "conflict" and not part.base:
        return f"{part.theirs.rstrip('\n')}\n\n{part.mine}"
    return part.theirs if part.kind == "theirs" else part.mine


def change_kind(base: str, theirs: str, mine: str) -> str:
    """What became of `base` as a whole: a kind of MergePart."""
    if theirs == mine:
        return "same" if mine == base else "both"
    return "theirs" if mine == base else "mine" if theirs == base else "conflict"


def _append_part(parts: list[MergePart], pieces: Sequence[Sequence[str]]) -> None:
    base, theirs, mine = map("".join, pieces)
    if not (base or theirs or mine):
        return
    kind = change_kind(base, theirs, mine)
    if kind == "conflict" and not texts_differ(base, theirs, mine):
        kind = "theirs" if len(theirs) > len(mine) else "mine"
    extends_last = parts and parts[-1].kind == kind != "conflict"
    last = parts.pop() if extends_last else MergePart(kind, "", "", "")
    parts.append(MergePart(kind, last.base + base, last.theirs + theirs, last.mine + mine))


def texts_differ(*texts: str) -> bool:
    """Do they differ by more than empty lines at the end? The last paragraph gets some when another follows it."""
    return len({text.rstrip("\n") for text in texts}) > 1


def _runs_common_to_all(
    base: list[str], theirs: list[str], mine: list[str]
) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Runs of paragraphs common to all three: where in each, and how many. The end of the texts is the last run."""
    others = list(_matching_runs(base, mine))
    for start, at_theirs, size in _matching_runs(base, theirs):
        for begin, at_mine, length in others:
            first, last = max(start, begin), min(start + size, begin + length)
            if first < last:
                yield (first, at_theirs + first - start, at_mine + first - begin), last - first
    yield (len(base), len(theirs), len(mine)), 0


def _matching_runs(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of paragraphs common to two texts, in order: where in each, and how many."""
    before, after = ([text.rstrip("\n") for text in texts] for texts in (old, new))
    return (
        (run.old_start, run.new_start, run.old_stop - run.old_start)
        for run in diff_sequences(before, after)
        if run.is_equal
    )
