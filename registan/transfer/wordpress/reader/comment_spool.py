"""Keeps the comments of one item while it is read: a few in memory, many in a temporary file."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from registan.transfer.records.export_records import ItemComment

# Of the conversation under one post; a thousand comments are about a megabyte.
MAX_MEMORY_BYTES = 4 * 1024**2


class CommentSpool:
    """Comments in the order of the export, read as often as needed. The file has no name and goes with the object."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(MAX_MEMORY_BYTES)  # noqa: SIM115
        self._count = 0

    def __del__(self) -> None:
        self._file.close()

    def append(self, comment: ItemComment) -> None:
        self._file.seek(0, 2)
        pickle.dump(comment, self._file)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[ItemComment]:
        position = 0
        for _number in range(self._count):
            self._file.seek(position)
            comment: ItemComment = pickle.load(self._file)  # noqa: S301 - written above, and by nobody else
            position = self._file.tell()
            yield comment
