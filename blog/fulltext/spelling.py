"""How near two words are: by how many slips of a finger one becomes the other."""

from __future__ import annotations

from collections.abc import Iterable

# Slips forgiven in a word of so many letters.
MAX_EDITS = ((5, 1), (99, 2))


def nearest_words(word: str, others: Iterable[str], *, count: int) -> list[str]:
    """The `count` words of `others` nearest to `word`; none that is further away than a slip or two."""
    most = next(slips for length, slips in MAX_EDITS if len(word) <= length)
    near = [
        (edit_distance(word, other), other)
        for other in set(others)
        if other != word and abs(len(other) - len(word)) <= most
    ]
    return [other for distance, other in sorted(near) if distance <= most][:count]


def edit_distance(one: str, other: str) -> int:
    """Letters to leave out, put in, replace or exchange with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, target in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != target))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == target:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
