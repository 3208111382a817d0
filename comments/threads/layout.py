"""The order of a thread, and what is drawn of it. Knows no model: rows come in as anything with the right names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from comments.threads.orders import Order

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# 36 ** 7 is 78 thousand million comments: enough for any site, and a multiple of the longest one known.
DIGITS_PER_ID = 7
# The path names at most 32 comments (224 characters: short enough for any index). Below, replies of replies stand
# beside each other in order of time, and say whom they answer; their true parent is kept in the row.
MAX_PATH_DEPTH = 32
PATH_LENGTH = DIGITS_PER_ID * MAX_PATH_DEPTH
# Comments on one page of a thread: some 60 kB of HTML, read on a phone within a second.
COMMENTS_PER_PAGE = 100
# Levels that are drawn; the style sheet narrows them to three on a phone: two steps of indent.
MAX_LEVEL, PHONE_LEVEL = 5, 3
# From so many replies on a branch below the first level folds by itself: fewer are read as quickly as the fold.
MIN_REPLIES_TO_FOLD = 5


def base36(number: int) -> str:
    """`number` (0 <= number < 36**7) as seven digits; OverflowError beyond."""
    digits = ""
    for _ in range(DIGITS_PER_ID):
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    if number:
        raise OverflowError("more comments than a path can name")
    return digits


def path_below(parent_path: str, pk: int) -> str:
    """The path of comment `pk` under `parent_path` ("" for a new thread). Bytewise order of paths is thread order."""
    return parent_path[: PATH_LENGTH - DIGITS_PER_ID] + base36(pk)


def ids_in_path(path: str) -> list[int]:
    """The comments that a path names, from the root to its own."""
    return [int(path[start : start + DIGITS_PER_ID], 36) for start in range(0, len(path), DIGITS_PER_ID)]


def thread_of(path: str) -> int:
    """The first comment of the thread in which a path stands."""
    return int(path[:DIGITS_PER_ID], 36)


def bounds_of_thread(path: str) -> tuple[str, str]:
    """The path of the first comment of the thread in which `path` stands, and one that is greater than all in it."""
    root = path[:DIGITS_PER_ID]
    return root, root + "z" * DIGITS_PER_ID


def is_beyond_middle(path: str, first: str, last: str) -> bool:
    """Is this path probably nearer to the last one of its conversation than to the first? By when its thread began."""
    return 2 * thread_of(path) > thread_of(first) + thread_of(last)


def page_at_position(position: int) -> int:
    """The page (from 1) on which the comment at `position` (from 0) in thread order is drawn."""
    return position // COMMENTS_PER_PAGE + 1


def count_pages(shown: int) -> int:
    """How many pages a thread of `shown` comments and tombstones has: at least one."""
    return max(1, -(-shown // COMMENTS_PER_PAGE))


def thread_page_url(address: str, number: int) -> str:
    """The address of page `number` of the thread of the post at `address`; the first is the post's own."""
    return f"{address}comment-page-{number}/" if number > 1 else address


def commenter_url(public_id: str) -> str:
    """The address of a reader's public page."""
    return f"/commenter/{public_id}/"


def permalink(pk: int) -> str:
    """The address of a comment, which redirects to its page and anchor in the thread."""
    return f"/comments/{pk}/"  # reverse() a hundred times a page costs more than the thread's query


@dataclass(slots=True)
class ThreadItem:
    """One comment as drawn: where it stands, what folds around it, and whether it is new to whoever reads.

    `old_anchor`: by which links to the blog that it was written on find it, if it moved in (old_anchors.py).
    `is_waiting`: no moderator has read it yet, and it is drawn for its writer alone, with what they can do about it.
    `is_muted`: whoever reads has muted its writer.
    `is_to_narrow`: its place says whom it answers, but not on a phone. `opens`: the replies in the fold that opens
    below it, `goes_on` when there may be more of them on the next page; `closes`: the folds that end with it.
    `precedes`: the safe HTML that names the correction of the post which came after it. `moderate_url` and
    `notice_html`: for moderators alone.
    """

    comment: Any
    anchor: str
    level: int
    old_anchor: str = ""
    is_tombstone: bool = False
    is_waiting: bool = False
    is_muted: bool = False
    tombstone_text: str = ""
    is_post_author: bool = False
    in_reply_to: dict[str, str] | None = None
    shows_parent_on_phone_only: bool = False
    can_reply: bool = False
    edit_url: str = ""
    withdraw_url: str = ""
    moderate_url: str = ""
    notice_html: str = ""
    correction_html: str = ""
    reply_url: str = ""
    quote_url: str = ""
    fold_size: int = 0
    continues_on_next_page: bool = False
    folds_closed: range = range(0)
    is_new: bool = False
    previous_new: str = ""
    next_new: str = ""
    form: Any = None


@dataclass(slots=True)
class ThreadPage:
    """One page of a conversation, ready for the template."""

    items: list[ThreadItem] = field(default_factory=list)
    count: int = 0
    page: Any = None
    order: Order = Order.OLDEST
    form: Any = None
    is_closed: bool = False
    feed_url: str = ""
    count_url: str = ""
    unread: Any = None
    is_remembered: bool = False
    mail_url: str = ""
    pinned: ThreadItem | None = None
    mentions: Sequence[Any] = ()
    mention_count: int = 0
    notice_html: str = ""

    @property
    def orders(self) -> list[tuple[Order, str, str]]:
        """Each order with its name and the address of its first page, which keeps the marks of new comments."""
        oldest = self.page.base.removesuffix(f"{self.order.value}/")
        return [(order, str(order.label), order.address(oldest) + self.page.query) for order in Order]

    @property
    def has_folds(self) -> bool:
        return any(item.fold_size for item in self.items)

    @property
    def has_public_items(self) -> bool:
        return not all(item.is_waiting for item in self.items)


def build_items(rows: Iterable[Any], *, author_ids: Sequence[int], tombstone_text: dict[str, str]) -> list[ThreadItem]:
    """The flat list of items for rows in thread order.

    A row has `pk parent_id depth status name gone_for author_id parent_name parent_status`. `gone_text` gives the words
    of a tombstone by status, to which its reason is added. An item says whom it answers when its place alone does
    not: deeper than the indent reaches, or first on a page whose parent stands on an earlier one.
    """
    items: list[ThreadItem] = []
    on_page: set[int] = set()
    for row in rows:
        item = build_item(row)
        if row.status != "approved":
            state = row.status if row.name else ""  # erased: there is nothing left that could be said of it
            words = tombstone_text.get(state, tombstone_text[""])
            item.is_tombstone, item.tombstone_text = True, f"{words} {row.removal_reason}".rstrip()
        item.is_post_author = row.author_id is not None and row.author_id in author_ids
        if row.parent_id and (row.depth >= PHONE_LEVEL or row.parent_id not in on_page):
            set_reply_target(item, is_here=row.parent_id in on_page)
        on_page.add(row.pk)
        items.append(item)
    return items


def build_item(row: Any) -> ThreadItem:
    return ThreadItem(comment=row, anchor=f"comment-{row.pk}", level=min(row.depth, MAX_LEVEL - 1) + 1)


def insert_waiting(items: Sequence[ThreadItem], rows: Iterable[Any], order: Order) -> list[ThreadItem]:
    """The items of a page in this order with these waiting rows in their places; `fold_branches` has to be asked again.

    A row whose tombstone stands on the page takes its place.
    """
    on_page = {item.comment.pk: item for item in items}
    added = []
    for row in rows:
        if (item := on_page.get(row.pk)) is None:
            added.append(item := build_item(row))
            if row.parent_id in on_page or row.parent_status == "approved":
                set_reply_target(item, is_here=row.parent_id in on_page)
        item.is_waiting, item.is_tombstone = True, False
    return sorted([*items, *added], key=sort_key(items, order))


def sort_key(items: Sequence[ThreadItem], order: Order) -> Callable[[ThreadItem], tuple[int, str]]:
    """What sorts these items as they are and others among them; a thread of no known size goes last."""
    places = {thread_of(item.comment.path): place for place, item in reversed([*enumerate(items)])}

    def key(item: ThreadItem) -> tuple[int, str]:
        path = str(item.comment.path)
        thread = thread_of(path)
        return {
            Order.OLDEST: thread,
            Order.NEWEST: -thread,
            Order.MOST_REPLIED: places.get(thread, len(items)),
        }[order], path

    return key


def set_reply_target(item: ThreadItem, *, is_here: bool) -> None:
    """Let an item say whom it answers, with the way there."""
    row = item.comment
    item.in_reply_to = {
        "name": row.parent_name if row.parent_status == "approved" else "",
        "url": f"#comment-{row.parent_id}" if is_here else f"/comments/{row.parent_id}/",
    }
    item.shows_parent_on_phone_only = is_here and row.depth < MAX_LEVEL


def fold_branches(items: Sequence[ThreadItem], *, continues_on_next_page: bool = False) -> None:
    """Let branches fold: each first comment of a thread with its replies, and whatever has many below that.

    Folds stand inside each other, like brackets; whatever is open at the end closes there, whether or not the thread
    `goes_on` on another page. The last level has none: what answers stands beside what is answered.
    """
    replies: list[int] = []
    branch: list[int] = []  # the places of the items that the current one stands under
    for place, item in enumerate(items):
        while branch and items[branch[-1]].level >= item.level:
            branch.pop()
        replies.append(0)
        for above in branch:
            replies[above] += 1
        branch.append(place)
    ends: list[int] = []
    for place, item in enumerate(items):
        if replies[place] >= (1 if item.level == 1 else MIN_REPLIES_TO_FOLD):
            item.fold_size = replies[place]
            ends.append(place + item.fold_size)
            item.continues_on_next_page = continues_on_next_page and ends[-1] == len(items) - 1
        closing = 0
        while ends and ends[-1] == place:
            closing += 1
            ends.pop()
        item.folds_closed = range(closing)
