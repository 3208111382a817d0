"""One page of the queue, and how many comments may be chosen at once.

A page begins where the last one ended, so that decisions by others hide no comment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.functional import cached_property

from blog.text.validators import is_pk
from comments.models import Comment
from comments.models.comment_queryset import PAGE_COLUMNS, POST_COLUMNS, CommentQuerySet
from comments.queue.families import Family, comments_of_batch, find_families, group_into_cards, load_families
from comments.queue.filters import QueueFilters
from comments.queue.forms import parse_batch_id
from comments.queue.queue_item import QueueItem, build_queue_items
from comments.status import Status

# What a volunteer gets through in five minutes.
PER_PAGE = 50
# Reported comments that are still published are shown above the queue; the others are in their own list.
MAX_REPORTED_FIRST = 10
# Characters of HTML after which a page of very long comments ends: as much as a phone can show.
MAX_HTML = 150_000
# Comments that can be decided in one action; nothing is counted further.
MAX_CHOSEN = 5_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Columns that the queue shows.
COMMENT_COLUMNS = (
    *("name", "email", "website", "address", "body", "html", "created_at", "user", "status", "version"),
    *("open_report_count", "score", "score_reasons", "is_verified", "claimed_at", "edited_at", "edit_note"),
    *("tile", "quote_count", "is_quoted"),
    *("post__opening", *POST_COLUMNS),
    *PAGE_COLUMNS,
    *(f"parent__{name}" for name in ("name", "html", "status")),
    *(f"reader__{name}" for name in ("email", "standing", "verified_at", "first_seen")),
    *(f"assignment__to__{name}" for name in ("username", "first_name", "last_name", "is_active")),
)


@dataclass(frozen=True)
class QueuePosition:
    """The place of a comment in the order of the queue."""

    open_report_count: int
    created_at: datetime
    pk: int

    @classmethod
    def of(cls, comment: Comment) -> QueuePosition:
        return cls(comment.open_report_count, comment.created_at, comment.pk)

    @classmethod
    def parse(cls, text: str) -> QueuePosition | None:
        """The position that `str()` wrote; None for anything else."""
        parts = text.split(".")
        if len(parts) != 3 or not all(is_pk(part) for part in parts):
            return None
        reports, microseconds, pk = map(int, parts)
        try:
            return cls(reports, EPOCH + timedelta(microseconds=microseconds), pk)
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{self.open_report_count}.{(self.created_at - EPOCH) // timedelta(microseconds=1)}.{self.pk}"

    def next_rows(self, rows: CommentQuerySet, size: int, *, and_here: bool) -> list[Comment]:
        """The next `size` rows, selected so that both databases find the first by their index."""
        later = Q(created_at__gt=self.created_at) | Q(**{"pk__gte" if and_here else "pk__gt": self.pk})
        comments = list(
            rows.filter(later, open_report_count=self.open_report_count, created_at__gte=self.created_at)[:size]
        )
        if len(comments) < size and self.open_report_count:
            comments += rows.filter(open_report_count__lt=self.open_report_count)[: size - len(comments)]
        return comments


class QueuePage:
    """What a query string asks for: filters, a position to continue from (`from`), or one comment to show (`at`).

    `hand` is the batch of a decision: then the page shows what else is from the hands that it was about.
    """

    def __init__(self, query: Mapping[str, str], *, user: User) -> None:
        self.filters, self.user = QueueFilters.parse(query), user
        self.position = QueuePosition.parse(query.get("from", ""))
        self.batch = parse_batch_id(query.get("hand", ""))
        self.requested_pk = int(query["at"]) if is_pk(query.get("at", "")) else None

    @cached_property
    def query(self) -> str:
        """The query string of this page."""
        return self.query_with(hand=str(self.batch or ""))

    @property
    def choose_page_query(self) -> str:
        """The same with everything on this page selected."""
        return self.query_with(all="yes")

    @property
    def choose_matching_query(self) -> str:
        """The same with everything that matches selected, on all pages."""
        return self.query_with(all="matching")

    def query_with(self, **more: str) -> str:
        return self.filters.query(**{"from": str(self.position) if self.position else "", **more})

    @cached_property
    def count(self) -> int:
        """How many comments match, counted up to one more than can be decided in one action."""
        return self.filters.rows().order_by()[: MAX_CHOSEN + 1].count()

    @cached_property
    def requested_position(self) -> QueuePosition | None:
        """Where the requested comment is; None when it does not match the filters, or none was requested."""
        if self.requested_pk is None:
            return None
        row = self.filters.rows().filter(pk=self.requested_pk).only("open_report_count", "created_at").first()
        return QueuePosition.of(row) if row else None

    @cached_property
    def single_comment(self) -> Comment | None:
        """The requested comment when it is not in the queue, but published or decided: then the whole page."""
        if self.requested_pk is None or self.requested_position:
            return None
        return select_for_display(Comment.objects.filter(pk=self.requested_pk)).first()

    @property
    def is_requested_gone(self) -> bool:
        return self.requested_pk is not None and self.requested_position is None and self.single_comment is None

    @cached_property
    def fetched(self) -> list[Comment]:
        """The rows of this page and, when there is a next one, its first."""
        if self.batch:
            return []
        if self.single_comment:
            return [self.single_comment]
        rows = select_for_display(self.filters.rows())
        if self.requested_position:
            return self.requested_position.next_rows(rows, PER_PAGE + 1, and_here=True)
        if self.position:
            return self.position.next_rows(rows, PER_PAGE + 1, and_here=False)
        return list(rows[: PER_PAGE + 1])

    @property
    def is_start(self) -> bool:
        """Is it the beginning of the whole queue?"""
        return not (self.filters or self.position or self.batch or self.requested_pk is not None)

    @cached_property
    def reported_first(self) -> list[Comment]:
        """Published comments with open reports, shown above the beginning of the queue."""
        if not self.is_start:
            return []
        return list(select_for_display(Comment.objects.reported().filter(status=Status.APPROVED))[:MAX_REPORTED_FIRST])

    @cached_property
    def rows(self) -> list[Comment]:
        """The rows of this page without the next one's, up to MAX_HTML."""
        rows: list[Comment] = []
        size = 0
        for comment in self.fetched[:PER_PAGE]:
            size += len(comment.html)
            if rows and size > MAX_HTML:
                break
            rows.append(comment)
        return rows

    @property
    def comments(self) -> list[Comment]:
        return [*self.reported_first, *self.rows]

    @cached_property
    def items(self) -> list[QueueItem]:
        return build_queue_items(self.comments, user=self.user)

    @cached_property
    def entries(self) -> Sequence[QueueItem | Family]:
        """The items, those from one hand together as one card."""
        if self.batch:
            return load_families(find_families(comments_of_batch(self.batch)), least=1)
        is_queue = not self.filters.show and self.single_comment is None
        return group_into_cards(self.items) if is_queue else self.items

    @property
    def next_query(self) -> str:
        """The query string of the next page; "" when this is the last."""
        if len(self.fetched) == len(self.rows):
            return ""
        return self.filters.query(**{"from": str(QueuePosition.of(self.rows[-1]))})

    @property
    def left_behind(self) -> int:
        """On the last page, how many comments match that are not on it: skipped, or come in above it since."""
        return max(0, self.count - len(self.rows)) if self.position and not self.next_query else 0


def select_for_display(rows: CommentQuerySet) -> CommentQuerySet:
    """With post, parent, reader, findings, and to whom they are assigned."""
    rows = rows.with_subjects().select_related("parent", "reader", "assignment__to").prefetch_related("findings")
    return rows.only(*COMMENT_COLUMNS)
