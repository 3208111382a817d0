"""What an import asks of the files of an old blog, whichever system wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from registan.transfer.elsewhere.foreign_reader import ForeignRecord
from registan.transfer.wordpress.inventory.inventory import Inventory


class OldFiles(Protocol):
    """All files of one old blog; iterating reads every record again. RefusedExport says what is wrong."""

    @property
    def system(self) -> str:
        """The word by which the ledger knows the system: `wordpress`."""
        ...

    def describe(self) -> list[list[str]]:
        """The name and a digest of each file, by which an interrupted import knows them again."""
        ...

    def inspect(self, inventory: Inventory) -> Iterator[ForeignRecord]:
        """Every record, counted; whoever reads to the end has seen all reasons to refuse them."""
        ...

    def __iter__(self) -> Iterator[ForeignRecord]: ...
