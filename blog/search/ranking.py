"""Ranks results: by words in the title, then by how often the words occur for the length of the text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from blog.fulltext.terms import TITLE_MARK, Phrase, key_pattern

# A word in the title counts as much as the whole text can.
TITLE_WEIGHT = 2.0
# The parameters of BM25: how soon more occurrences count for little, and how much the length of a text matters.
BM25_K1, BM25_B = 1.2, 0.6
# Scores that are equal to so many decimals are ordered by time.
SCORE_DECIMALS = 1


class ResultRow(NamedTuple):
    """A matching entry; `keys` are its first keys as one string, and `at` is only compared."""

    id: int
    kind: str
    object_id: int
    version: int
    at: Any
    keys: str
    length: int


def rank_rows(rows: Sequence[ResultRow], phrases: Sequence[Phrase]) -> list[ResultRow]:
    """Sort `rows`, the best matches of these phrases first, the newer first among equals; rows without keys go last."""
    by_time = sorted(rows, key=lambda row: (row.at, row.id), reverse=True)
    ranked = [row for row in by_time if row.keys]
    if not phrases or not ranked:
        return by_time
    patterns = [(key_pattern(phrase), key_pattern(title_phrase(phrase))) for phrase in phrases]
    counts = [[f" {row.keys} ".count(text) for text, _title in patterns] for row in ranked]
    frequencies = [sum(1 for row_counts in counts if row_counts[n]) for n in range(len(patterns))]
    weights = [1 + math.log(len(ranked) / max(1, frequency)) for frequency in frequencies]
    mean_length = sum(row.length for row in ranked) / len(ranked)

    def score(row: ResultRow, row_counts: list[int]) -> float:
        saturation = BM25_K1 * (1 - BM25_B + BM25_B * row.length / mean_length)
        keys = f" {row.keys} "
        parts = (
            weight * (count / (count + saturation) + TITLE_WEIGHT * (title in keys))
            for weight, count, (_text, title) in zip(weights, row_counts, patterns, strict=True)
        )
        return round(sum(parts), SCORE_DECIMALS)

    scores = [score(*pair) for pair in zip(ranked, counts, strict=True)]
    order = sorted(range(len(ranked)), key=lambda n: (-scores[n], n))
    return [ranked[n] for n in order] + [row for row in by_time if not row.keys]


def title_phrase(phrase: Phrase) -> Phrase:
    return tuple(TITLE_MARK + word for word in phrase)
