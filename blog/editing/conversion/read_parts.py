"""Builds what HTML spreads out: tables with cells that span others, and the lists that Word writes as paragraphs."""

from __future__ import annotations

from collections.abc import Callable

from blog.editing.conversion.blocks import Block, ListBlock, TableBlock
from blog.editing.conversion.inline import Span
from blog.editing.conversion.tree import Element

# What makes a table a frame for other things.
_TOO_MUCH_FOR_A_CELL = {"ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
MAX_COLUMNS = 50
MAX_CELLS = 15_000  # more than that the renderer refuses


def read_rows(element: Element, read_cell: Callable[[Element], list[Span]]) -> TableBlock | None:
    """The table, or None if it is only a frame for other things; a cell that spans others is followed by empty ones."""
    inner = list(element.descendants())
    cells = [each for each in inner if each.tag in ("td", "th")]
    rows = [[each for each in row.children if isinstance(each, Element) and each.tag in ("td", "th")]
            for row in inner if row.tag == "tr"]  # fmt: skip
    if any(each.tag in _TOO_MUCH_FOR_A_CELL for each in inner) or max(map(len, rows), default=0) < 2:
        return None
    grid = _spread([[(cell, _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row] for row in rows if row])
    width = max(map(len, grid))
    if len(grid) * width > MAX_CELLS or not any(cell.words() for cell in cells):
        return None
    texts = [[read_cell(cell) if cell else [] for cell in row] + [[]] * (width - len(row)) for row in grid]
    texts[0] = [[span._replace(marks=span.marks - {"strong"}) for span in cell] for cell in texts[0]]
    columns = [[row[number] for row in grid if number < len(row)] for number in range(width)]
    return TableBlock(texts, [_alignment(column) for column in columns])


def _spread(rows: list[list[tuple[Element, int, int]]]) -> list[list[Element | None]]:
    grid: list[list[Element | None]] = []
    below: dict[int, int] = {}  # columns that a cell above still covers, and in how many rows
    for row in rows:
        line: list[Element | None] = []
        waiting = list(row)
        while (waiting or below.get(len(line))) and len(line) < MAX_COLUMNS:
            if below.get(len(line)):
                below[len(line)] -= 1
                line.append(None)
                continue
            cell, columns, depth = waiting.pop(0)
            for _number in range(min(columns, MAX_COLUMNS - len(line))):
                below[len(line)] = depth - 1
                line.append(cell if not _number else None)
        grid.append(line)
    return grid


def _span(cell: Element, name: str) -> int:
    value = cell.attrs.get(name, "")
    return min(max(int(value), 1), 1_000) if value.isascii() and value.isdecimal() and len(value) < 5 else 1


def _alignment(column: list[Element | None]) -> str:
    """How most cells of a column are aligned, from their second on."""
    cells = [cell for cell in column[1:] if cell is not None] or [cell for cell in column if cell is not None]
    sides = {_side(cell) for cell in cells}
    return sides.pop() if len(sides) == 1 else ""


def _side(cell: Element) -> str:
    inner = [each for each in cell.children if isinstance(each, Element)]
    for each in [cell, *inner[:1]]:
        named = each.style.get("text-align") or each.attrs.get("align", "").lower()
        named = named or next((name.removeprefix("align-") for name in each.classes if name.startswith("align-")), "")
        if named in ("right", "center"):
            return named
    return ""


def nest_items(items: list[tuple[int, bool, list[Block]]]) -> list[Block]:
    """Lists in each other from items, each with its level from 1 and whether it is numbered."""
    lists: list[Block] = []
    open_lists: list[tuple[int, ListBlock]] = []
    for level, is_ordered, blocks in items:
        while open_lists and open_lists[-1][0] > level:
            open_lists.pop()
        if open_lists and open_lists[-1][0] == level and open_lists[-1][1].is_ordered != is_ordered:
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            new = ListBlock([], is_ordered)
            (open_lists[-1][1].items[-1] if open_lists else lists).append(new)
            open_lists.append((level, new))
        open_lists[-1][1].items.append(list(blocks))
    return lists
