"""Prints measurements: first how Registan stands to each of the others, then the figures themselves."""

from __future__ import annotations

from bench.peers.measure import Results
from bench.table import Table

OURS = "Registan"


def print_results(title: str, results: Results, *, unit: str = "req/s") -> None:
    rows = list(dict.fromkeys(row for row, _ in results))
    names = list(dict.fromkeys(name for _, name in results))
    print(f"\n### {title}")
    print_ratios(results, rows, names, unit)
    head = ("", "who", unit, "p50 ms", "p99 ms", "CPU ms")
    table = Table("The figures", head, text_columns=2)
    for row in rows:
        for name in names:
            if measured := results.get((row, name)):
                figures = (f"{measured.rate:,.1f}", f"{measured.p50:.1f}", f"{measured.p99:.1f}")
                table.row(row, name, *figures, f"{measured.cpu_ms:.2f}")


def print_ratios(results: Results, rows: list[str], names: list[str], unit: str) -> None:
    """How many times as much Registan answers in a second, and how much CPU each request takes of the other's."""
    others = [name for name in names if not name.startswith(OURS)]
    head = [text for other in others for text in (f"{unit}, times {other}'s", "CPU, times")]
    table = Table("How Registan stands to the others", ("", "who", *head), text_columns=2)
    for row in rows:
        for name in names:
            if name in others or (ours := results.get((row, name))) is None:
                continue
            cells = []
            for other in others:
                theirs = results.get((row, other))
                cells += [ratio(ours.rate, theirs.rate), ratio(ours.cpu_ms, theirs.cpu_ms)] if theirs else ["", ""]
            table.row(row, name, *cells)


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else ""
