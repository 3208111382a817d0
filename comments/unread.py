"""What is new in a thread since somebody last read it: how it is counted, marked and walked. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comments.threads import Item

# As many as are marked and walked through; of more, the latest. A thousand short index entries are read in a
# millisecond, and nobody walks further.
MOST = 1_000


@dataclass(slots=True)
class Unread:
    """`numbers`: the new comments, in the order in which they stand in the thread; `is_more`: there are still more."""

    since: datetime
    numbers: list[int] = field(default_factory=list)
    is_more: bool = False
    first_url: str = ""

    @property
    def count(self) -> int:
        return len(self.numbers)

    @property
    def query(self) -> str:
        return query_of(self.since)


def query_of(since: datetime) -> str:
    """What an address needs so that the page behind it shows as new what came since then."""
    return f"?since={int(since.timestamp())}"


def in_thread_order(latest: Sequence[tuple[str, int]], since: datetime) -> Unread:
    """The new ones out of (path, number), at most one more than are walked through, the latest first."""
    return Unread(since, [pk for _, pk in sorted(latest[:MOST])], is_more=len(latest) > MOST)


def mark(items: Sequence[Item], unread: Unread) -> None:
    """Mark what is new among these items, each with the way to the new one before and after it, on whatever page."""
    here = {item.comment.pk for item in items}
    places = {pk: place for place, pk in enumerate(unread.numbers)}
    urls = [f"#comment-{pk}" if pk in here else f"/comments/{pk}/{unread.query}" for pk in unread.numbers]
    unread.first_url = urls[0] if urls else ""
    for item in items:
        if (place := places.get(item.comment.pk)) is not None:
            item.is_new = True
            item.previous_new = urls[place - 1] if place else ""
            item.next_new = urls[place + 1] if place + 1 < len(urls) else ""
