"""What the benchmarks print: tables in the Markdown that docs/benchmarks.md takes, and limits with a verdict each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Table:
    """Prints rows as they come: the first `text_columns` to the left, numbers to the right."""

    def __init__(self, title: str, head: tuple[str, ...], *, text_columns: int = 1) -> None:
        print(f"\n{title}\n")
        self.row(*head)
        self.row(*["---"] * text_columns, *["---:"] * (len(head) - text_columns))

    def row(self, *cells: Any) -> None:
        print("|", " | ".join(f"{cell}" for cell in cells), "|", flush=True)


class Limit(NamedTuple):
    """A number that was measured and the most it may be, both in `unit`."""

    name: str
    value: float
    limit: float
    unit: str = ""


def check_limits(limits: Iterable[Limit]) -> bool:
    """Print each limit with its verdict; True when all are met."""
    all_met = True
    print("\nLimits")
    for name, value, limit, unit in limits:
        print_verdict(
            f"{name}: {value:.3g} {unit}".rstrip() + f", at most {limit} {unit}".rstrip(), is_met=value <= limit
        )
        all_met = all_met and value <= limit
    return all_met


def print_verdict(text: str, *, is_met: bool) -> None:
    print(f"{'met    ' if is_met else 'NOT MET'}  {text}", flush=True)
