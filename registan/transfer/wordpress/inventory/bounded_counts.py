"""Counts by names that come from a file: however many there are, memory is bounded."""

from __future__ import annotations

import re
from collections import Counter

# Names of one kind; the largest blogs have a few thousand tags.
MAX_NAMES = 10_000
MAX_NAME_LENGTH = 100
OTHERS = "(others)"
# Marks that change the direction of writing would turn the rest of a line around.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# A section of the report: a name and a number, or a word, in each row.
type Rows = dict[str, int | str]


def add_count(counts: Counter[str], name: str, number: int = 1) -> None:
    """Add to the count of `name`, made one line; beyond MAX_NAMES to that of OTHERS."""
    label = " ".join(_DIRECTION.sub("", name).split())[:MAX_NAME_LENGTH]
    counts[label if label in counts or len(counts) < MAX_NAMES else OTHERS] += number


def ranked(counts: Counter[str]) -> Rows:
    """The counts that are not 0, largest first, equal ones by name."""
    return {name: count for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])) if count}
