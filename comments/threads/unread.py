"""What is new in a thread since somebody last read it: how it is counted, marked and walked. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comments.threads.layout import ThreadItem

# As many as are marked and walked through; of more, the latest. A thousand short index entries are read in a
# millisecond, and nobody walks further.
MAX_MARKED = 1_000


@dataclass(slots=True)
class UnreadComments:
    """`numbers`: the new comments, in the order in which they stand in the thread; `is_more`: there are still more."""

    since: datetime
    ids: list[int] = field(default_factory=list)
    is_more: bool = False
    first_url: str = ""

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def query(self) -> str:
        return since_query(self.since)


def since_query(since: datetime) -> str:
    """What an address needs so that the page behind it shows as new what came since then."""
    return f"?since={int(since.timestamp())}"


def collect_unread(latest: Sequence[tuple[str, int]], since: datetime) -> UnreadComments:
    """The new ones out of (path, number), at most one more than are walked through, the latest first."""
    return UnreadComments(since, [pk for _, pk in sorted(latest[:MAX_MARKED])], is_more=len(latest) > MAX_MARKED)


def mark_unread(items: Sequence[ThreadItem], unread: UnreadComments) -> None:
    """Mark what is new among these items, each with the way to the new one before and after it, on whatever page."""
    here = {item.comment.pk for item in items}
    places = {pk: place for place, pk in enumerate(unread.ids)}
    urls = [f"#comment-{pk}" if pk in here else f"/comments/{pk}/{unread.query}" for pk in unread.ids]
    unread.first_url = urls[0] if urls else ""
    for item in items:
        if (place := places.get(item.comment.pk)) is not None:
            item.is_new = True
            item.previous_new = urls[place - 1] if place else ""
            item.next_new = urls[place + 1] if place + 1 < len(urls) else ""
