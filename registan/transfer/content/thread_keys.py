"""The keys under which the ledger knows conversations that came without their pages."""

from __future__ import annotations

from collections import Counter

from registan.transfer.models.ledger import hash_of
from registan.transfer.records.export_records import DetachedThread


class ThreadKeys:
    """Ask it for every conversation of all files in their order: the same files give the same keys."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def key_of(self, thread: DetachedThread) -> str:
        """Its id, a digest of its address, and a number where several files have both."""
        key = f"{thread.id}:{hash_of([thread.address])[:12]}"
        self._seen[key] += 1
        return key if self._seen[key] == 1 else f"{key}:{self._seen[key]}"
