"""The files of an export of another system than WordPress, as an import reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from registan.transfer.elsewhere.foreign_reader import ForeignReader, ForeignRecord
from registan.transfer.elsewhere.open_export import WORDPRESS, detect_system, open_export
from registan.transfer.runs.file_digests import describe_files
from registan.transfer.runs.old_files import OldFiles
from registan.transfer.runs.wordpress_files import WordPressFiles
from registan.transfer.wordpress.inventory.inventory import Inventory
from registan.transfer.wordpress.reader.refusals import RefusedExport

WORDPRESS_ENDINGS = (".xml", ".gz", ".zip")


class ForeignExport:
    """All files of one old site, at `home` if the export does not say where. Raises RefusedExport for others.

    Comments are read from the last reader, which lives until the next one.
    """

    def __init__(self, system: str, paths: Sequence[Path], home: str = "") -> None:
        self.paths, self.home = paths, home
        self._reader: ForeignReader = open_export(system, paths, home)
        self.system = self._reader.system

    def describe(self) -> list[list[str]]:
        return describe_files(self.paths)

    def inspect(self, inventory: Inventory) -> Iterator[ForeignRecord]:
        yield from inventory.records_of(", ".join(path.resolve().name for path in self.paths), self._renew())

    def __iter__(self) -> Iterator[ForeignRecord]:
        yield from self._renew()

    def _renew(self) -> ForeignReader:
        self._reader = open_export(self.system, self.paths, self.home)
        return self._reader


def open_system(system: str, paths: Sequence[Path], home: str = "") -> OldFiles:
    """The files of an export of this system. Raises RefusedExport."""
    return WordPressFiles(paths) if system == WORDPRESS else ForeignExport(system, paths, home)


def open_detected(paths: Sequence[Path], home: str = "") -> OldFiles:
    """The files of an export of the system that they tell. Raises RefusedExport, also if they tell none or several."""
    systems = {detect_system(path) for path in paths} - {""}
    if not systems and all(path.name.lower().endswith(WORDPRESS_ENDINGS) for path in paths):
        systems = {WORDPRESS}  # whose reader says what is wrong with them
    if len(systems) != 1:
        raise RefusedExport(
            _("These files are no export that we know, or exports of several systems. Give those of one.")
        )
    return open_system(systems.pop(), paths, home)
