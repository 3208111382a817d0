"""Two changes of one text put together, paragraph by paragraph: what only one side changed is taken from that side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blog.diff.patience import diff_sequences

# A line with the empty ones after it: alone, all empty lines would be each other's equals.
_PARAGRAPHS = re.compile(r"[^\n]*\n+|[^\n]+")


class MergePart(NamedTuple):
    """A stretch of the text in all three. Where `kind` is "conflict", both changed it, and not alike."""

    kind: str  # "same", "theirs", "mine", "both" (changed alike), "conflict"
    base: str
    theirs: str
    mine: str


def split_paragraphs(text: str) -> list[str]:
    """`text` in paragraphs, each with the empty lines after it; joined they are `text` again."""
    return _PARAGRAPHS.findall(text)


def merge_texts(base: str, theirs: str, mine: str) -> list[MergePart]:
    """The parts of a text that two have changed, in order; joining any side of them gives that text again."""
    texts = [split_paragraphs(text) for text in (base, theirs, mine)]
    parts: list[MergePart] = []
    at = [0, 0, 0]
    for start, size in _runs_common_to_all(*texts):
        between = [text[begin:end] for text, begin, end in zip(texts, at, start, strict=True)]
        # As many in each: neighbours, of which each side may have changed another.
        for pieces in zip(*between, strict=True) if len(set(map(len, between))) == 1 else [between]:
            _append_part(parts, pieces)
        at = [one + size for one in start]
        for pieces in zip(*(text[begin:end] for text, begin, end in zip(texts, start, at, strict=True)), strict=True):
            _append_part(parts, pieces)
    return parts


def join_parts(parts: Sequence[MergePart]) -> str:
    """One text of both changes. Where they conflict it is mine; what both have added at one place is there of each."""
    return "".join(map(_text_of_part, parts))


def _text_of_part(part: MergePart) -> str:
    if part.kind == "conflict" and not part.base:
        return f"{part.theirs.rstrip('\n')}\n\n{part.mine}"
    return part.theirs if part.kind == "theirs" else part.mine


def change_kind(base: str, theirs: str, mine: str) -> str:
    """What became of `base`, taken as a whole."""
    if theirs == mine:
        return "same" if mine == base else "both"
    return "theirs" if mine == base else "mine" if theirs == base else "conflict"


def _append_part(parts: list[MergePart], pieces: Sequence[Sequence[str]]) -> None:
    base, theirs, mine = map("".join, pieces)
    if not (base or theirs or mine):
        return
    kind = change_kind(base, theirs, mine)
    if kind == "conflict" and not texts_differ(base, theirs, mine):
        kind = max(("mine", mine), ("theirs", theirs), key=lambda one: len(one[1]))[0]
    goes_on = parts and parts[-1].kind == kind != "conflict"
    last = parts.pop() if goes_on else MergePart(kind, "", "", "")
    parts.append(MergePart(kind, last.base + base, last.theirs + theirs, last.mine + mine))


def texts_differ(*texts: str) -> bool:
    """Is there more between them than empty lines at the end? The last paragraph gets some when another follows it."""
    return len({text.rstrip("\n") for text in texts}) > 1


def _runs_common_to_all(
    base: list[str], theirs: list[str], mine: list[str]
) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Runs of paragraphs that stand in all three: where in each, and how many. The end is the last of them."""
    others = list(_matching_runs(base, mine))
    for start, at_theirs, size in _matching_runs(base, theirs):
        for begin, at_mine, length in others:
            first, last = max(start, begin), min(start + size, begin + length)
            if first < last:
                yield (first, at_theirs + first - start, at_mine + first - begin), last - first
    yield (len(base), len(theirs), len(mine)), 0


def _matching_runs(one: list[str], other: list[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of paragraphs that do not differ, in two texts and in order: where in each, and how many."""
    before, after = ([text.rstrip("\n") for text in texts] for texts in (one, other))
    return (
        (run.old_start, run.new_start, run.old_stop - run.old_start)
        for run in diff_sequences(before, after)
        if run.is_equal
    )
