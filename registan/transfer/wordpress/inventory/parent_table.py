"""Ids and the ids of their parents, of a whole export in arrays: numbers of eight bytes, five in a row."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field


@dataclass
class ParentFindings:
    """What is wrong among ids and parents. Rows are numbered from 0, in the order in which they were added."""

    repeated: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    in_other_part: int = 0
    in_other_thread: int = 0
    before_parent: int = 0
    cycles: int = 0
    first_of: dict[int, int] = field(default_factory=dict)


class ParentTable:
    """`thread` is whatever a row shares with its parent, `time` a number of seconds; -1 where there is none."""

    def __init__(self) -> None:
        self.ids, self.parents, self.threads, self.times = (array("q") for _ in range(4))
        self.parts = array("l")

    def add(self, row_id: int, parent: int, *, part: int, thread: int = -1, time: int = -1) -> None:
        self.ids.append(row_id)
        self.parents.append(parent)
        self.parts.append(part)
        self.threads.append(thread)
        self.times.append(time)

    def find(self) -> ParentFindings:
        """Look for each parent in all parts. Where an id occurs twice, its first row is the parent."""
        found = ParentFindings()
        for row, row_id in enumerate(self.ids):
            if row_id and found.first_of.setdefault(row_id, row) != row:
                found.repeated.append(row)
        for row, parent_id in enumerate(self.parents):
            if parent_id:
                self._judge(row, found.first_of.get(parent_id), found)
        found.cycles = self._count_cycles(found.first_of)
        return found

    def _judge(self, row: int, parent: int | None, found: ParentFindings) -> None:
        if parent is None:
            found.missing.append(row)
            return
        found.in_other_part += self.parts[row] != self.parts[parent]
        found.in_other_thread += self.threads[row] != self.threads[parent]
        found.before_parent += 0 <= self.times[row] < self.times[parent]

    def _count_cycles(self, first_of: dict[int, int]) -> int:
        """How many groups of rows are their own ancestors."""
        # The walk on which each row was first met; 0 for none.
        walks, cycles = array("l", bytes(len(self.ids) * array("l").itemsize)), 0
        for walk, start in enumerate(range(len(self.ids)), 1):
            row: int | None = start
            while row is not None and not walks[row]:
                walks[row] = walk
                row = first_of.get(self.parents[row]) if self.parents[row] else None
            cycles += row is not None and walks[row] == walk
        return cycles
