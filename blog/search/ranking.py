"""Which of the found comes first: what holds the words in its title, then what holds them often for its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from blog.fulltext.terms import TITLE_MARK, Phrase, key_pattern

# A title says what a text is about: as much as all the rest can.
TITLE_WEIGHT = 2.0
# Of the usual formula (BM25): how soon a further mention counts for little, and how much a text's length matters.
BM25_K1, BM25_B = 1.2, 0.6
# Scores that differ by less are one, and the newer text stands first.
SCORE_DECIMALS = 1


class ResultRow(NamedTuple):
    """A found entry; `keys` are the first of its keys, as one line. Times only need to be comparable."""

    id: int
    kind: str
    object_id: int
    version: int
    at: object
    keys: str
    length: int


def rank_rows(rows: Sequence[ResultRow], phrases: Sequence[Phrase]) -> list[ResultRow]:
    """`rows`, the best for these phrases first; the newer first where they are equally good.

    Those that come without keys follow by time.
    """
    by_time = sorted(rows, key=lambda row: (row.at, row.id), reverse=True)
    newest = [row for row in by_time if row.keys]
    if not phrases or not newest:
        return by_time
    wanted = [(key_pattern(phrase), key_pattern(title_phrase(phrase))) for phrase in phrases]
    counts = [[f" {row.keys} ".count(text) for text, _ in wanted] for row in newest]
    holders = [sum(1 for line in counts if line[n]) for n in range(len(wanted))]
    weights = [1 + math.log(len(newest) / max(1, held)) for held in holders]
    mean = sum(row.length for row in newest) / len(newest)

    def score(row: ResultRow, line: list[int]) -> float:
        enough = BM25_K1 * (1 - BM25_B + BM25_B * row.length / mean)
        line_of_keys = f" {row.keys} "
        found = (
            weight * (count / (count + enough) + TITLE_WEIGHT * (title in line_of_keys))
            for weight, count, (_, title) in zip(weights, line, wanted, strict=True)
        )
        return round(sum(found), SCORE_DECIMALS)

    scored = sorted(((score(*pair), n) for n, pair in enumerate(zip(newest, counts, strict=True))), key=rank_key)
    return [newest[n] for _, n in scored] + [row for row in by_time if not row.keys]


def rank_key(scored: tuple[float, int]) -> tuple[float, int]:
    return -scored[0], scored[1]


def title_phrase(phrase: Phrase) -> Phrase:
    return tuple(TITLE_MARK + word for word in phrase)
