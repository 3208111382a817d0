"""The files of a WordPress export, as an import reads them: more than once, and never all in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from registan.transfer.runs.file_digests import describe_files
from registan.transfer.wordpress.inventory.inventory import Inventory
from registan.transfer.wordpress.reader.export_files import find_parts
from registan.transfer.wordpress.reader.export_reader import ExportReader, Record


class WordPressFiles:
    """`OldFiles` of WordPress. Raises RefusedExport for what is no export."""

    system = "wordpress"

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = paths
        self.parts = find_parts(paths)

    def describe(self) -> list[list[str]]:
        return describe_files(self.paths)

    def inspect(self, inventory: Inventory) -> Iterator[Record]:
        for part in self.parts:
            yield from inventory.records_of(part.name, ExportReader(part))

    def __iter__(self) -> Iterator[Record]:
        for part in self.parts:
            yield from ExportReader(part)
