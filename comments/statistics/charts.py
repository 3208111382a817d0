"""Computes where the bars of a small chart are drawn. Knows neither models nor HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A rectangle of the chart by its upper left corner; `kind` is the index of the stacked value it shows."""

    x: int
    y: int
    width: int
    height: int
    kind: int = 0


@dataclass(frozen=True)
class ChartRow:
    """A row of a small table, with its bar in percent of the longest."""

    words: str
    number: int
    share: int


def stack_columns(values: Sequence[Sequence[int]], *, width: int, height: int, gap: int = 2) -> list[Bar]:
    """A column for each of `values`, its parts stacked from the bottom up.

    Together they fill `width`, and the tallest fills `height`. Every value above 0 is at least one unit high, so that
    it can be seen.
    """
    if not values:
        return []
    step, highest, bars = width // len(values), max(map(sum, values)), []
    for column, parts in enumerate(values):
        top = height
        for kind, value in enumerate(parts):
            tall = max(1, round(value * height / highest)) if value else 0
            top = max(0, top - tall)
            if tall:
                bars.append(Bar(column * step, top, max(1, step - gap), tall, kind))
    return bars


def scale_to_greatest(values: Sequence[int]) -> list[int]:
    """Each value in percent of the greatest; every value above 0 is at least 1."""
    greatest = max(values, default=0)
    return [max(1, round(100 * value / greatest)) if value else 0 for value in values]


def chart_rows(numbers: Mapping[str, int]) -> list[ChartRow]:
    """A row for each named number above 0, in the given order."""
    named = [(words, number) for words, number in numbers.items() if number]
    bars = scale_to_greatest([number for _words, number in named])
    return [ChartRow(words, number, share) for (words, number), share in zip(named, bars, strict=True)]
