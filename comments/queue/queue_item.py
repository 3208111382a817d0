"""A comment in the queue, with everything a moderator should know before deciding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy

from blog.markup import extract
from blog.text.display_names import display_name
from blog.text.validators import WEB_SCHEMES
from comments.models import Comment, Report, Revision
from comments.queue.claims import claims_of_others
from comments.queue.colleagues import NoteLine, notes_on_readers
from comments.queue.commenter import CommenterRecord, load_commenter_records
from comments.queue.hidden_quotes import HiddenQuotes, find_hidden_quotes
from comments.screening.labels import describe_finding
from comments.spam.features import describe_feature
from comments.spam.stop_words import says_something
from comments.status import Status

# Words shown of the parent before it is unfolded.
PARENT_WORDS = 25
# Features shown beside a spam score: nobody would read more.
MAX_FEATURES = 5


class Button(NamedTuple):
    """A decision in one click: what it sends, its keyboard shortcut, and its label."""

    verb: str
    key: str
    words: Promise


# By status; the likeliest first.
BUTTONS: dict[str, list[Button]] = {
    Status.PENDING: [
        Button("approve", "a", gettext_lazy("Approve")),
        Button("spam", "s", gettext_lazy("Spam")),
    ],
    Status.APPROVED: [
        Button("aside", "a", gettext_lazy("Dismiss reports")),
        Button("settle", "q", gettext_lazy("Keep quote")),
        Button("hold", "h", gettext_lazy("Hold")),
        Button("spam", "s", gettext_lazy("Spam")),
    ],
    Status.WITHDRAWN: [],  # the commenter has withdrawn it
}
DEFAULT_BUTTONS = [Button("hold", "h", gettext_lazy("Return to queue"))]


class FeatureLabel(NamedTuple):
    words: str
    is_spam: bool


@dataclass(frozen=True)
class QueueItem:
    comment: Comment
    record: CommenterRecord
    quotes: HiddenQuotes
    claimed_by: str
    notes: list[NoteLine]
    hold_reasons: list[str]
    top_features: list[FeatureLabel]
    is_family = False

    @property
    def is_pending(self) -> bool:
        return self.comment.status == Status.PENDING

    @property
    def assignee(self) -> str:
        """Who is to decide, if somebody with an open account is."""
        assignment = getattr(self.comment, "assignment", None)
        return display_name(assignment.to) if assignment and assignment.to.is_active else ""

    @property
    def can_be_removed(self) -> bool:
        return self.comment.status in {Status.PENDING, Status.APPROVED}

    @property
    def buttons(self) -> list[Button]:
        """Without those that would do nothing: there may be no reports to dismiss, nor quotes to keep."""
        idle = {
            verb
            for verb, is_due in (("aside", self.comment.open_report_count), ("settle", self.quotes.is_unsettled))
            if not is_due
        }
        return [button for button in BUTTONS.get(self.comment.status, DEFAULT_BUTTONS) if button.verb not in idle]

    @property
    def has_web_address(self) -> bool:
        return self.comment.website.startswith(WEB_SCHEMES)

    @property
    def has_borrowed_email(self) -> bool:
        """Does it only bear the address of a verified reader?"""
        reader = self.comment.reader
        is_known = reader is not None and reader.verified_at is not None
        return is_known and not self.comment.is_verified and self.comment.user_id is None

    @property
    def borrowed_name_of(self) -> str:
        """Whose name it borrows, an "author" or a "reader"; "" for nobody's."""
        findings = self.comment.findings.all()
        return next((finding.words for finding in findings if finding.kind == "name"), "")

    @property
    def spam_percent(self) -> int | None:
        return None if self.comment.score is None else round(self.comment.score * 100)

    @cached_property
    def parent_excerpt(self) -> str:
        return extract.opening_words(self.comment.parent.html, PARENT_WORDS) if self.comment.parent else ""


def choose_features(
    reasons: Sequence[tuple[str, float]], is_shown: Callable[[str], bool] = says_something
) -> list[tuple[str, float]]:
    """The first few that tell something: scores of earlier versions have stop words among their reasons."""
    return [reason for reason in reasons if is_shown(reason[0])][:MAX_FEATURES]


def load_reports_and_edits(comments: Sequence[Comment]) -> None:
    """Load the open reports on the few that are reported, and the earlier versions of the few that were edited."""
    reports = Prefetch("reports", Report.objects.filter(is_open=True).order_by("id"), to_attr="open_reports")
    prefetch_related_objects([comment for comment in comments if comment.open_report_count], reports)
    earlier = Prefetch("revisions", Revision.objects.select_related("by"))
    prefetch_related_objects([comment for comment in comments if comment.edited_at], earlier)


def build_queue_items(comments: Sequence[Comment], *, user: User) -> list[QueueItem]:
    """Load what belongs to these comments in a few queries; what `select_for_display` loads must be there already."""
    records = load_commenter_records(comment.reader for comment in comments if comment.reader)
    claims = claims_of_others([comment.pk for comment in comments], than=user)
    quotes = find_hidden_quotes(comments)
    notes = notes_on_readers(records)
    load_reports_and_edits(comments)
    # A page shows the same few labels again and again.
    finding_label, feature_label = cache(describe_finding), cache(describe_feature)
    is_shown = cache(says_something)
    return [
        QueueItem(
            comment,
            record=records[comment.reader_id] if comment.reader_id else CommenterRecord(),
            quotes=quotes.get(comment.pk) or HiddenQuotes(),
            claimed_by=claims.get(comment.pk, ""),
            notes=notes.get(comment.reader_id or 0, []),
            hold_reasons=[finding_label(finding.kind, finding.words) for finding in comment.findings.all()],
            top_features=[
                FeatureLabel(feature_label(feature), weight > 0)
                for feature, weight in choose_features(comment.score_reasons, is_shown)
            ],
        )
        for comment in comments
    ]
