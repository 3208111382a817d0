"""Items set aside in a temporary file: those that all texts need, wherever in the export they are."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from tempfile import TemporaryFile
from typing import NamedTuple

from registan.transfer.records.export_records import Item


class SpooledItem(NamedTuple):
    """An item without its comments."""

    key: str
    item: Item


class ItemSpool:
    """Items in the order of the export. The file has no name and goes with the object."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115
        self._count = 0

    def __del__(self) -> None:
        self._file.close()

    def append(self, key: str, item: Item) -> None:
        self._file.seek(0, 2)
        pickle.dump(SpooledItem(key, replace(item, comments=())), self._file)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[SpooledItem]:
        position = 0
        for _number in range(self._count):
            self._file.seek(position)
            spooled: SpooledItem = pickle.load(self._file)  # noqa: S301 - written above, and by nobody else
            position = self._file.tell()
            yield spooled
