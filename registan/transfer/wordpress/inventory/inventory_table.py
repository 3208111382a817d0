"""The inventory as text for a terminal: a heading for each section, a line for each number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from registan.transfer.wordpress.inventory.bounded_counts import Rows

# Rows of a section before the rest is left to --json; the top says what matters.
MAX_ROWS = 25
NAME_WIDTH = 68


def format_sections(sections: Mapping[str, Rows]) -> str:
    """The sections, one below the other."""
    return "\n".join(line for title, rows in sections.items() for line in _format_section(title, rows))


def _format_section(title: str, rows: Rows) -> Iterator[str]:
    yield title
    for key, value in list(rows.items())[:MAX_ROWS]:
        shown, name = f"{value:,}" if isinstance(value, int) else printable(value), printable(key)
        yield f"  {_shorten(name):<{NAME_WIDTH}} {shown:>9}" if isinstance(value, int) else f"  {name}: {shown}"
    if len(rows) > MAX_ROWS:
        yield f"  … and {len(rows) - MAX_ROWS:,} more (--json has all)"
    yield ""


def printable(text: str) -> str:
    """Without what would move a terminal's cursor, or change what it shows."""
    return "".join(filter(str.isprintable, text))


def _shorten(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
