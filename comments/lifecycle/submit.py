"""Stores a new comment with its first decision; the same comment sent twice is stored once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Conversation
from comments.lifecycle.decide import DecisionOutcome, record_decisions, update_visibility
from comments.models.comment import Comment
from comments.models.finding import Finding
from comments.models.quotation import Quotation
from comments.models.reader import Reader
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from comments.threads import layout
from comments.web.fingerprints import comment_fingerprint, tile_number


def submit(
    *,
    to: Status,
    via: Via = Via.FORM,
    by: User | None = None,
    note: str = "",
    rule: int | None = None,
    findings: Iterable[CheckResult] = (),
    quiet: bool = False,
    sources: Sequence[str] = (),
    **columns: Any,
) -> tuple[Comment, bool]:
    """Store a comment in the status `to`, with its path and its first decision, in one transaction.

    `columns` are the other columns of the comment; `rule` is the id of the rule that decided. `sources` are where the
    form says that quotations are from. Nobody is notified of `quiet` comments.
    Returns the comment and whether it is new: the same text by the same person in the same place is the same comment,
    however often it is sent. Raises ValidationError for text that cannot be stored.
    """
    comment = build_comment(columns)
    quotations = comment.find_quotations(sources)
    try:
        with transaction.atomic():
            store_comment(comment, findings, quotations, locks_thread=to == Status.APPROVED)
            decide_first(comment, to, via=via, by=by, note=note, rule_id=rule, quiet=quiet)
    except IntegrityError:
        if earlier := Comment.objects.filter(fingerprint=comment.fingerprint).first():
            return earlier, False
        raise
    return comment, True


def build_comment(columns: dict[str, Any]) -> Comment:
    """A comment not yet stored. Raises ValidationError for text that cannot be stored."""
    comment = Comment(**columns)
    comment.check_text()
    comment.fingerprint, comment.tile = comment_fingerprint(columns), tile_number(columns)
    comment.depth = comment.parent.depth + 1 if comment.parent else 0
    comment.scored_at = timezone.now() if comment.score is not None else None
    return comment


def store_comment(
    comment: Comment, findings: Iterable[CheckResult], quotations: Sequence[Quotation], *, locks_thread: bool
) -> None:
    """Insert the row, its path, its findings and its quotations."""
    if locks_thread or quotations:
        Conversation.objects.lock([comment.post_id])
    comment.reader = Reader.of(comment.email, seen=comment.created_at) if comment.email else None
    comment.quote_count = len(quotations)
    comment.save(force_insert=True)
    comment.path = layout.path_below(comment.parent.path if comment.parent else "", comment.pk)
    Comment.objects.filter(pk=comment.pk).update(path=comment.path)
    store_findings(comment, findings)
    if quotations:
        Quotation.replace_for(comment, quotations)


def decide_first(comment: Comment, to: Status, **decision: Any) -> None:
    """Record the decision that gives a new comment its status, and show the comment if it is approved."""
    outcome = DecisionOutcome(to, [comment], batch=None)
    record_decisions(outcome, is_first=True, **decision)
    update_visibility(outcome)
    comment.status, comment.shown = to, to == Status.APPROVED


def store_findings(comment: Comment, findings: Iterable[CheckResult]) -> None:
    """Store what spoke against publishing a comment at once."""
    Finding.objects.bulk_create(
        Finding(comment=comment, kind=finding.kind, words=finding.words[:250], rule_id=finding.rule)
        for finding in findings
    )
