"""How an export says how far it is."""

from __future__ import annotations

from collections.abc import Callable

# Takes the number of items or pages that were written since it was called last, 0 only to hear that work goes on; may
# raise to end the export.
type Advance = Callable[[int], object]


def ignore(number: int) -> None:
    """Nobody asks."""
