"""One page of the queue: it begins where the last one ended, so that nobody's work hides a comment from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Prefetch, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from blog.markup import extract
from blog.text.validators import is_pk
from comments.models import Comment, Report, Revision
from comments.models.comment_queryset import CommentQuerySet
from comments.queue import claims, commenter, hidden_quotes
from comments.queue.filters import QueueFilters
from comments.screening.labels import describe_finding
from comments.spam.features import describe_feature
from comments.status import Status

# A page that a volunteer gets through in five minutes.
PER_PAGE = 50
# Reported comments that still stand, raised to the top of the queue; the rest of them is in their own list.
MAX_REPORTED_FIRST = 10
# Characters of HTML after which a page of very long comments ends: a phone reads no more at once.
MAX_HTML = 150_000
# As many as may be decided at once; nobody counts further.
MAX_CHOSEN = 5_000
# Of the comment that is answered, before one asks for the rest.
PARENT_WORDS = 25
# What moved the score: more would not be read.
MAX_FEATURES = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The buttons of a comment by its state: verb, key, words. The first is the likeliest.
BUTTONS = {
    Status.PENDING: [
        ("approve", "a", gettext_lazy("Approve")),
        ("spam", "s", gettext_lazy("Spam")),
    ],
    Status.APPROVED: [
        ("aside", "a", gettext_lazy("Let it stand")),
        ("settle", "q", gettext_lazy("Let it be quoted")),
        ("hold", "h", gettext_lazy("Hold")),
        ("spam", "s", gettext_lazy("Spam")),
    ],
    Status.WITHDRAWN: [],  # its writer has taken it back
}
DEFAULT_BUTTONS = [("hold", "h", gettext_lazy("Back into the queue"))]


@dataclass(frozen=True)
class QueuePosition:
    """Where in the queue a comment stands: what its order is made of."""

    open_report_count: int
    created_at: datetime
    pk: int

    @classmethod
    def of(cls, comment: Comment) -> QueuePosition:
        return cls(comment.open_report_count, comment.created_at, comment.pk)

    @classmethod
    def read(cls, text: str) -> QueuePosition | None:
        """The place that `str()` wrote; None for anything else."""
        parts = text.split(".")
        if len(parts) != 3 or not all(is_pk(part) for part in parts):
            return None
        flags, microseconds, pk = map(int, parts)
        try:
            return cls(flags, EPOCH + timedelta(microseconds=microseconds), pk)
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{self.open_report_count}.{(self.created_at - EPOCH) // timedelta(microseconds=1)}.{self.pk}"

    def next_rows(self, rows: CommentQuerySet, size: int, *, and_here: bool) -> list[Comment]:
        """The next `size` rows. Said so that both databases find the beginning in their index."""
        later = Q(created_at__gt=self.created_at) | Q(**{"pk__gte" if and_here else "pk__gt": self.pk})
        found = list(
            rows.filter(later, open_report_count=self.open_report_count, created_at__gte=self.created_at)[:size]
        )
        if len(found) < size and self.open_report_count:
            found += rows.filter(open_report_count__lt=self.open_report_count)[: size - len(found)]
        return found


class QueuePage:
    """What is asked for in an address: filters, a place to go on from, or one comment to begin with."""

    def __init__(self, asked: Mapping[str, str], *, user: AbstractBaseUser) -> None:
        self.filters, self.user = QueueFilters.read(asked), user
        self.place = QueuePosition.read(asked.get("from", ""))
        self.requested_pk = int(asked["at"]) if is_pk(asked.get("at", "")) else None

    @cached_property
    def query(self) -> str:
        """The end of this page's own address."""
        return self.filters.query(**{"from": str(self.place) if self.place else ""})

    @property
    def choose_page_query(self) -> str:
        """The same with all on this page chosen."""
        return self.filters.query(**{"from": str(self.place) if self.place else "", "all": "yes"})

    @property
    def choose_matching_query(self) -> str:
        """The same with all that match chosen, on whatever page."""
        return self.filters.query(**{"from": str(self.place) if self.place else "", "all": "matching"})

    @cached_property
    def count(self) -> int:
        """How many match the filters, counted as far as they can be decided at once, and one more."""
        return self.filters.rows().order_by()[: MAX_CHOSEN + 1].count()

    @cached_property
    def requested_position(self) -> QueuePosition | None:
        """Where the comment stands that was asked for; None when it is not among the rows, or none was."""
        if self.requested_pk is None:
            return None
        row = self.filters.rows().filter(pk=self.requested_pk).only("open_report_count", "created_at").first()
        return QueuePosition.of(row) if row else None

    @cached_property
    def single_comment(self) -> Comment | None:
        """The comment that was asked for when it is not among the rows, published or decided: then the whole page."""
        if self.requested_pk is None or self.requested_position:
            return None
        return select_for_display(Comment.objects.filter(pk=self.requested_pk)).first()

    @property
    def is_requested_gone(self) -> bool:
        return self.requested_pk is not None and self.requested_position is None and self.single_comment is None

    @cached_property
    def fetched(self) -> list[Comment]:
        """The rows of this page and, when there is a next one, its first."""
        if self.single_comment:
            return [self.single_comment]
        rows = select_for_display(self.filters.rows())
        if self.requested_position:
            return self.requested_position.next_rows(rows, PER_PAGE + 1, and_here=True)
        if self.place:
            return self.place.next_rows(rows, PER_PAGE + 1, and_here=False)
        return list(rows[: PER_PAGE + 1])

    @cached_property
    def reported_first(self) -> list[Comment]:
        """What readers reported and still stands: looked at before the queue itself, where that begins."""
        if self.filters or self.place or self.requested_pk is not None:
            return []
        return list(select_for_display(Comment.objects.reported().filter(status=Status.APPROVED))[:MAX_REPORTED_FIRST])

    @cached_property
    def rows(self) -> list[Comment]:
        """The rows of this page alone: as many as a phone reads at once."""
        rows, weight = [], 0
        for one in self.fetched[:PER_PAGE]:
            weight += len(one.html)
            if rows and weight > MAX_HTML:
                break
            rows.append(one)
        return rows

    @cached_property
    def comments(self) -> list[Comment]:
        """What is shown, each with all that its moderator must know."""
        comments = [*self.reported_first, *self.rows]
        commenter.attach_commenters(comments)
        holders = claims.claims_of_others([one.pk for one in comments], than=self.user)
        for one in comments:
            one.claimed_by = holders.get(one.pk, "")
        hidden_quotes.attach_hidden_quotes(comments)
        add_display_values(comments)
        return comments

    @property
    def next_query(self) -> str:
        """The end of the next page's address; "" when this is the last."""
        if len(self.fetched) == len(self.rows):
            return ""
        return self.filters.query(**{"from": str(QueuePosition.of(self.rows[-1]))})

    @property
    def left_behind(self) -> int:
        """On the last page: how many match that are not on it. Passed over, or come to stand before it meanwhile."""
        return max(0, self.count - len(self.rows)) if self.place and not self.next_query else 0


def select_for_display(rows: CommentQuerySet) -> CommentQuerySet:
    """With what stands around each comment: post, parent, reader, findings, open reports, earlier words."""
    reports = Prefetch("reports", Report.objects.filter(is_open=True).order_by("id"), to_attr="open_reports")
    earlier = Prefetch("revisions", Revision.objects.select_related("by"))
    return (
        rows.select_related("post", "parent", "reader")
        .prefetch_related("findings", reports, earlier)
        .only(
            *("name", "email", "website", "address", "body", "html", "created_at", "user", "status", "version"),
            *(
                "open_report_count",
                "score",
                "score_reasons",
                "is_verified",
                "claimed_at",
                "edited_at",
                "edit_note",
                "tile",
                "quote_count",
                "is_quoted",
            ),
            *(f"post__{name}" for name in ("title", "slug", "opening", "status", "published_at", "published_on")),
            *(f"parent__{name}" for name in ("name", "html", "status")),
            *(f"reader__{name}" for name in ("email", "standing", "verified_at", "first_seen")),
        )
    )


def add_display_values(comments: list[Comment]) -> None:
    """Put into words what the rows say in numbers and signs. The same few words again and again: each is made once."""
    kind_in_words, feature_in_words = cache(describe_finding), cache(describe_feature)
    for one in comments:
        one.has_web_address = one.website.startswith(("http://", "https://"))
        one.parent_excerpt = extract.opening_words(one.parent.html, PARENT_WORDS) if one.parent else ""
        one.hold_reasons = [kind_in_words(finding.kind, finding.words) for finding in one.findings.all()]
        one.spam_percent = None if one.score is None else round(one.score * 100)
        one.top_features = [
            {"words": feature_in_words(feature), "is_spam": weight > 0}
            for feature, weight in one.score_reasons[:MAX_FEATURES]
        ]
        # Without reports there is nothing to set aside, nor to let stand without words that are hidden elsewhere.
        idle = {
            verb
            for verb, is_due in (("aside", one.open_report_count), ("settle", one.has_unsettled_quotes))
            if not is_due
        }
        one.acts = [act for act in BUTTONS.get(one.status, DEFAULT_BUTTONS) if act[0] not in idle]
        one.is_pending = one.status == Status.PENDING
        one.can_be_removed = one.status in {Status.PENDING, Status.APPROVED}
