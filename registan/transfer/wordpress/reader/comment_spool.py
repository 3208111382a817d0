"""Keeps the comments of one item while it is read: a few in memory, many in a temporary file."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from registan.transfer.records.export_records import ItemComment

# Of the conversation under one post; a thousand comments are about a megabyte.
MAX_MEMORY_BYTES = 4 * 1024**2


class CommentSpool:
    """Comments in the order of the export, read as often as needed. The file has no name and goes with the object."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(MAX_MEMORY_BYTES)  # noqa: SIM115
        self._positions = array("Q")

    def __del__(self) -> None:
        self._file.close()

    def append(self, comment: ItemComment) -> None:
        self._positions.append(self._file.seek(0, 2))
        pickle.dump(comment, self._file)

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, number: int) -> ItemComment:
        self._file.seek(self._positions[number])
        comment: ItemComment = pickle.load(self._file)  # noqa: S301 - written above, and by nobody else
        return comment

    def __iter__(self) -> Iterator[ItemComment]:
        return map(self.__getitem__, range(len(self)))
