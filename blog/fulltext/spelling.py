"""Finds similar words: the number of typing errors between two words is their distance."""

from __future__ import annotations

from collections.abc import Iterable

# Errors allowed in words of up to so many letters.
MAX_EDITS = ((5, 1), (99, 2))


def nearest_words(word: str, others: Iterable[str], *, count: int) -> list[str]:
    """The `count` words of `others` most similar to `word`, within one or two errors."""
    limit = next(edits for length, edits in MAX_EDITS if len(word) <= length)
    candidates = [
        (edit_distance(word, other), other)
        for other in set(others)
        if other != word and abs(len(other) - len(word)) <= limit
    ]
    return [other for distance, other in sorted(candidates) if distance <= limit][:count]


def edit_distance(word: str, other: str) -> int:
    """Letters to delete, insert, replace or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, target in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != target))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == target:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
