"""Plans the thread of an item before a text is read: keys, parents, circles, and an order that is parents first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from comments.models.old_numbers import can_keep
from registan.transfer.content.comments.comment_reasons import ArrivalNote, SkipReason
from registan.transfer.models.ledger import hash_of
from registan.transfer.records.export_records import Item, ItemComment
from registan.transfer.records.export_statuses import CommentKind
from registan.transfer.records.moments import LocalClock, find_moment

# Characters of the digest in the key of a comment whose id was there already.
KEY_DIGITS = 12


@dataclass(slots=True)
class PlannedReply:
    """A comment of the item, the `number`th from 0. `parent` is the number of another, None for none of this item.

    `parent_id` is the foreign id of a parent that the item does not have, 0 if there is none. `note`: see ArrivalNote.
    """

    number: int
    id: int
    key: str
    at: datetime | None
    parent: int | None = None
    parent_id: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSkip:
    """A comment that does not come in; `digest` is of it, `other_key` is its key if `key` is another one's."""

    kind: CommentKind
    key: str
    other_key: str
    digest: str
    reason: SkipReason
    detail: str = ""


@dataclass(slots=True)
class ThreadPlan:
    """What becomes of the comments of an item: `comments` in the order in which they are stored."""

    comments: list[PlannedReply] = field(default_factory=list)
    mentions: list[PlannedReply] = field(default_factory=list)
    skipped: list[PlannedSkip] = field(default_factory=list)

    @property
    def highest_id(self) -> int:
        """The highest id of a comment that links can keep, 0 without one."""
        return max((planned.id for planned in self.comments if can_keep(planned.id)), default=0)

    @property
    def is_in_order(self) -> bool:
        """Is the order that of the export?"""
        numbers = [planned.number for planned in self.comments]
        return numbers == sorted(numbers)


class CommentKeys:
    """Gives each comment of an item its key, alike whenever it is read."""

    def __init__(self) -> None:
        self._contents: dict[int, int] = {}
        self._repeated: dict[str, int] = {}

    def key_of(self, comment: ItemComment) -> tuple[str, bool]:
        """The key, and whether the same comment was there before, word for word."""
        content = hash(comment)
        if comment.id and comment.id not in self._contents:
            self._contents[comment.id] = content
            return str(comment.id), False
        return self._number(other_key(comment)), self._contents.get(comment.id) == content

    def _number(self, key: str) -> str:
        number = self._repeated[key] = self._repeated.get(key, 0) + 1
        return f"{key}:{number}" if number > 1 else key


def other_key(comment: ItemComment) -> str:
    """The key of a comment whose id belongs to another one, by when it was written and by whom."""
    identity = hash_of([comment.local, comment.gmt, comment.author_name, comment.author_email])
    return f"{comment.id}:{identity[:KEY_DIGITS]}"


def comment_digest(comment: ItemComment) -> str:
    """Tells one from another, among those that are no comments here."""
    who = (comment.author_name, comment.author_email, comment.author_url)
    return hash_of([*who, comment.local, comment.gmt, comment.content, comment.approved, comment.comment_type])


def plan_skip(comment: ItemComment, key: str, reason: SkipReason, detail: str = "") -> PlannedSkip:
    return PlannedSkip(comment.kind, key, other_key(comment), comment_digest(comment), reason, detail)


def plan_thread(item: Item, clock: LocalClock) -> ThreadPlan:
    """Read the comments of `item` once, and keep nothing of their texts."""
    plan, keys, kinds = ThreadPlan(), CommentKeys(), dict[int, CommentKind]()
    wanted: dict[int, int] = {}
    for number, comment in enumerate(item.comments):
        key, is_copy = keys.key_of(comment)
        kind = comment.kind
        if is_copy:
            plan.skipped.append(plan_skip(comment, key, SkipReason.REPEATED))
            continue
        kinds.setdefault(comment.id, kind)
        planned = PlannedReply(number, comment.id, key, find_moment(comment.local, comment.gmt, clock))
        match kind:
            case CommentKind.COMMENT:
                plan.comments.append(planned)
                wanted[number] = comment.parent_id
            case CommentKind.MENTION:
                plan.mentions.append(planned)
            case CommentKind.NOTE:
                plan.skipped.append(plan_skip(comment, key, SkipReason.NOTE))
            case CommentKind.OTHER:
                plan.skipped.append(plan_skip(comment, key, SkipReason.UNKNOWN_TYPE, comment.comment_type[:100]))
    connect_parents(plan.comments, wanted, kinds)
    cut_circles(plan.comments)
    plan.comments = list(parents_before(plan.comments))
    return plan


def connect_parents(comments: list[PlannedReply], wanted: Mapping[int, int], kinds: Mapping[int, CommentKind]) -> None:
    """Let each comment know its parent by its number; `wanted` are foreign ids by number, 0 for none."""
    numbers: dict[int, int] = {}
    for planned in comments:
        numbers.setdefault(planned.id, planned.number)
    for planned in comments:
        parent_id = wanted[planned.number]
        if not parent_id:
            continue
        planned.parent = numbers.get(parent_id)
        if planned.parent is None and parent_id in kinds:
            planned.note = ArrivalNote.PARENT_NOT_A_COMMENT
        elif planned.parent is None:
            planned.parent_id = parent_id


def cut_circles(comments: list[PlannedReply]) -> None:
    """Let the comment with the lowest id of each circle begin a thread."""
    by_number = {planned.number: planned for planned in comments}
    settled: set[int] = set()
    for planned in comments:
        branch: dict[int, PlannedReply] = {}
        reached: PlannedReply | None = planned
        while reached and reached.number not in settled and reached.number not in branch:
            branch[reached.number] = reached
            reached = by_number[reached.parent] if reached.parent is not None else None
        if reached and reached.number in branch:
            circle = list(branch.values())[list(branch).index(reached.number) :]
            lowest = min(circle, key=lambda one: (one.id, one.number))
            lowest.parent, lowest.note = None, ArrivalNote.CIRCLE
        settled.update(branch)


def parents_before(comments: list[PlannedReply]) -> Iterator[PlannedReply]:
    """The comments by time and id, but none before what it replies to. Those without a time go first."""
    by_number = {planned.number: planned for planned in comments}
    done: set[int] = set()
    for planned in sorted(comments, key=sort_by_time):
        branch: list[PlannedReply] = []
        reached: PlannedReply | None = planned
        while reached and reached.number not in done:
            done.add(reached.number)
            branch.append(reached)
            reached = by_number[reached.parent] if reached.parent is not None else None
        yield from reversed(branch)


def sort_by_time(planned: PlannedReply) -> tuple[datetime, int, int]:
    return planned.at or datetime.min.replace(tzinfo=UTC), planned.id, planned.number
