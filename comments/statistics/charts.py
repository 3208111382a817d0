"""Numbers as shapes: where the bars of a small chart stand. Knows neither models nor markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A rectangle of the chart, from its upper corner; `kind` tells which of the stacked values it stands for."""

    x: int
    y: int
    width: int
    height: int
    kind: int = 0


@dataclass(frozen=True)
class ChartRow:
    """A line of a small table, with its bar in hundredths of the longest."""

    words: str
    number: int
    share: int


def stack_columns(values: Sequence[Sequence[int]], *, width: int, height: int, gap: int = 2) -> list[Bar]:
    """A column for each of `values`, whose parts stand on each other, the first at the foot.

    All fill `width` and, at the highest, `height`. What is not nothing is at least one unit high, so that it is seen.
    """
    if not values:
        return []
    step, highest, bars = width // len(values), max(map(sum, values)), []
    for place, parts in enumerate(values):
        foot = height
        for kind, value in enumerate(parts):
            tall = max(1, round(value * height / highest)) if value else 0
            foot = max(0, foot - tall)
            if tall:
                bars.append(Bar(place * step, foot, max(1, step - gap), tall, kind))
    return bars


def scale_to_greatest(values: Sequence[int]) -> list[int]:
    """Each value in hundredths of the greatest; what is not nothing is at least one."""
    greatest = max(values, default=0)
    return [max(1, round(100 * value / greatest)) if value else 0 for value in values]


def chart_rows(numbers: Mapping[str, int]) -> list[ChartRow]:
    """Those of the named numbers that are not nothing, in their order."""
    named = [(words, number) for words, number in numbers.items() if number]
    bars = scale_to_greatest([number for _words, number in named])
    return [ChartRow(words, number, share) for (words, number), share in zip(named, bars, strict=True)]
