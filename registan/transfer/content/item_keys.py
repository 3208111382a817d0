"""The keys under which the ledger knows the items of an export, also where merged files repeat ids."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from registan.transfer.models.ledger import hash_of
from registan.transfer.records.export_records import Item


class ItemKey(NamedTuple):
    """`is_copy`: an item with this id was there before, word for word."""

    key: str
    is_copy: bool


class ItemKeys:
    """Ask it for every item of all files in their order: the same files give the same keys."""

    def __init__(self) -> None:
        self._contents: dict[int, int] = {}
        self._repeated: dict[str, int] = {}

    def key_of(self, item: Item) -> ItemKey:
        """Its id; where that was there already, with a digest of its guid, and a number if need be."""
        content = hash(replace(item, part="", number=0, comments=()))
        if item.id and item.id not in self._contents:
            self._contents[item.id] = content
            return ItemKey(str(item.id), is_copy=False)
        key = f"{item.id}:{hash_of([item.guid])[:12]}"
        number = self._repeated[key] = self._repeated.get(key, 0) + 1
        is_copy = self._contents.get(item.id) == content
        return ItemKey(f"{key}:{number}" if number > 1 else key, is_copy)


def first_key(number: int) -> str:
    """The key of whatever came first with this id, which is what other items mean by it."""
    return str(number)
