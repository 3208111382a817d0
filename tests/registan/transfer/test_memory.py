"""Memory stays what it is, however long the export: nothing that was read is kept."""

import datetime
import tracemalloc
from collections.abc import Iterator

import pytest

from registan.transfer.wordpress.inventory.inventory import Inventory
from registan.transfer.wordpress.reader import comment_spool
from tests.registan.transfer.wxr import MemoryPart, comment, export, item

WORDS = "Some words that nobody will read, & more of them. " * 200
COMMENT_WORDS = "I have read it, and I have something to say about it. " * 20


def chunks_of(items: Iterator[str]) -> Iterator[bytes]:
    before, after = export("HERE").split("HERE")
    yield before.encode()
    for each in items:
        yield each.encode()
    yield after.encode()


def posts(count: int) -> Iterator[str]:
    return (item(comment(n, comment_content=COMMENT_WORDS), post_id=n, content=WORDS) for n in range(1, count + 1))


def long_thread(count: int) -> Iterator[str]:
    before, after = item("COMMENTS").split("COMMENTS")
    yield before
    for number in range(1, count + 1):
        yield comment(number, number - 1, comment_content=COMMENT_WORDS)
    yield after


def peak_of(items: Iterator[str]) -> int:
    """The most bytes that reading the items needs at a time, beyond what is there before."""
    inventory = Inventory(now=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    tracemalloc.start()
    try:
        inventory.read(MemoryPart(chunks_of(items)))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("items", "count"), [(posts, 300), (long_thread, 2_500)])
def test_an_export_needs_less_memory_than_it_has_bytes(monkeypatch, items, count):
    monkeypatch.setattr(comment_spool, "MAX_MEMORY_BYTES", 100_000)
    size = sum(map(len, items(count)))
    assert size > 3_000_000
    assert peak_of(items(count)) < size / 3
