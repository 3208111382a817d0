"""The order of a thread, and what is drawn of it. Knows no model: rows come in as anything with the right names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# 36 ** 7 is 78 thousand million comments: enough for any site, and a multiple of the longest one known.
WIDTH = 7
# The path names at most 32 comments (224 characters: short enough for any index). Below, replies of replies stand
# beside each other in order of time, and say whom they answer; their true parent is kept in the row.
MAX_PATH_DEPTH = 32
PATH_LENGTH = WIDTH * MAX_PATH_DEPTH
# Comments on one page of a thread: some 60 kB of HTML, read on a phone within a second.
PER_PAGE = 100
# Steps of indent that are drawn; the style sheet narrows them to two on a phone.
MAX_LEVEL = 5


def base36(number: int) -> str:
    """`number` (0 <= number < 36**7) as seven digits; OverflowError beyond."""
    digits = ""
    for _ in range(WIDTH):
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    if number:
        raise OverflowError("more comments than a path can name")
    return digits


def path_below(parent_path: str, pk: int) -> str:
    """The path of comment `pk` under `parent_path` ("" for a new thread). Bytewise order of paths is thread order."""
    return parent_path[: PATH_LENGTH - WIDTH] + base36(pk)


def page_of(position: int) -> int:
    """The page (from 1) on which the comment at `position` (from 0) in thread order is drawn."""
    return position // PER_PAGE + 1


def page_count(shown: int) -> int:
    """How many pages a thread of `shown` comments and tombstones has: at least one."""
    return max(1, -(-shown // PER_PAGE))


@dataclass(slots=True)
class Item:
    """One comment as drawn: where it stands and what folds around it."""

    comment: Any
    anchor: str
    level: int
    is_gone: bool = False
    gone_text: str = ""
    is_post_author: bool = False
    in_reply_to: dict[str, str] | None = None
    can_reply: bool = False
    reply_url: str = ""
    opens: int = 0
    closes: int = 0
    form: Any = None


@dataclass(slots=True)
class Thread:
    """One page of a conversation, ready for the template."""

    items: list[Item] = field(default_factory=list)
    count: int = 0
    page: Any = None
    form: Any = None
    is_closed: bool = False
    feed_url: str = ""
    mail_url: str = ""


def draw(rows: Iterable[Any], *, author_ids: Sequence[int], gone_text: dict[str, str]) -> list[Item]:
    """The flat list of items for rows in thread order.

    A row has `pk parent_id depth status name gone_for author_id parent_name parent_status`. `gone_text` gives the words
    of a tombstone by status, to which its reason is added. An item says whom it answers when its place alone does
    not: deeper than the indent reaches, or first on a page whose parent stands on an earlier one.
    """
    items: list[Item] = []
    on_page: set[int] = set()
    for row in rows:
        item = Item(comment=row, anchor=f"comment-{row.pk}", level=min(row.depth, MAX_LEVEL - 1) + 1)
        if row.status != "approved":
            state = row.status if row.name else ""  # erased: there is nothing left that could be said of it
            words = gone_text.get(state, gone_text[""])
            item.is_gone, item.gone_text = True, f"{words} {row.gone_for}".rstrip()
        item.is_post_author = row.author_id is not None and row.author_id in author_ids
        if row.parent_id and (row.depth >= MAX_LEVEL or row.parent_id not in on_page):
            here = row.parent_id in on_page
            item.in_reply_to = {
                "name": row.parent_name if row.parent_status == "approved" else "",
                "url": f"#comment-{row.parent_id}" if here else f"/comments/{row.parent_id}/",
            }
        on_page.add(row.pk)
        items.append(item)
    fold(items)
    return items


def fold(items: list[Item]) -> None:
    """Tell each first comment of a thread how many replies its fold holds, and each last one to close it."""
    start: Item | None = None
    for item, following in zip_longest(items, items[1:]):
        if item.level == 1:
            start = item
        elif start is not None:
            start.opens += 1
        ends = following is None or following.level == 1
        if ends and start is not None and start.opens:
            item.closes = 1
