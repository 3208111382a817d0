"""Ranks results: by words in the title, then by how often the words occur for the length of the text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from blog.fulltext.terms import TITLE_MARK, Phrase, key_pattern

# A word in the title counts as much as the whole text can.
TITLE_WEIGHT = 2.0
# The parameters of BM25: how soon more occurrences count for little, and how much the length of a text matters.
BM25_K1, BM25_B = 1.2, 0.6
# Scores that are equal to so many decimals are ordered by time.
SCORE_DECIMALS = 1


class ResultRow(NamedTuple):
    """A matching entry; `keys` are its first keys as one string, or ""."""

    id: int
    kind: str
    object_id: int
    version: int
    keys: str


def rank_rows(rows: Sequence[ResultRow], phrases: Sequence[Phrase]) -> list[ResultRow]:
    """Sort `rows`, the best matches of these phrases first, else in the order given; rows without keys go last."""
    ranked = [row for row in rows if row.keys]
    if not phrases or not ranked:
        return [*rows]
    patterns = [(key_pattern(phrase), key_pattern(title_phrase(phrase))) for phrase in phrases]
    keys = [f" {row.keys} " for row in ranked]
    counts = [[text.count(words) for words, _title in patterns] for text in keys]
    frequencies = [sum(1 for row_counts in counts if row_counts[n]) for n in range(len(patterns))]
    weights = [1 + math.log(len(ranked) / max(1, frequency)) for frequency in frequencies]
    mean_length = sum(map(len, keys)) / len(keys)

    def score(text: str, row_counts: list[int]) -> float:
        saturation = BM25_K1 * (1 - BM25_B + BM25_B * len(text) / mean_length)
        parts = (
            weight * (count / (count + saturation) + TITLE_WEIGHT * (title in text))
            for weight, count, (_words, title) in zip(weights, row_counts, patterns, strict=True)
        )
        return round(sum(parts), SCORE_DECIMALS)

    scores = [score(*row) for row in zip(keys, counts, strict=True)]
    order = sorted(range(len(ranked)), key=scores.__getitem__, reverse=True)
    return [ranked[n] for n in order] + [row for row in rows if not row.keys]


def title_phrase(phrase: Phrase) -> Phrase:
    return tuple(TITLE_MARK + word for word in phrase)
