"""Stores new comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Conversation
from comments.lifecycle.decide import DecisionOutcome, record_decisions, update_visibility
from comments.models.comment import Comment
from comments.models.quotation import Quotation
from comments.models.reader import Reader
from comments.models.rule import Finding, Rule
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from comments.threads import layout
from comments.web.fingerprints import comment_fingerprint, tile_number


def submit(
    *,
    to: Status,
    via: Via = Via.FORM,
    by: AbstractBaseUser | None = None,
    note: str = "",
    rule: Rule | int | None = None,
    findings: Iterable[CheckResult | Finding] = (),
    quiet: bool = False,
    sources: Sequence[str] = (),
    **columns: Any,
) -> tuple[Comment, bool]:
    """Store a comment in the state `to`, with its path and its first decision, in one transaction.

    `columns` are what the writer decides (post, parent, name, email, website, body, author, user, address, created_at,
    is_verified, wants_outcome_email, wants_reply_emails) and what the spam filter found (score, score_reasons).
    `findings`: what spoke against publishing it at once. `sources`: where its form says that its quotations are from.
    Nobody is notified of `quiet` comments.

    Returns the comment and whether it is new: the same words by the same person in the same place are the same comment,
    however often they are sent. Raises ValidationError for text that cannot be stored.
    """
    comment = Comment(**columns)
    comment.check_text()
    comment.fingerprint, comment.tile = comment_fingerprint(columns), tile_number(columns)
    comment.depth = comment.parent.depth + 1 if comment.parent else 0
    comment.scored_at = timezone.now() if comment.score is not None else None
    quotations = comment.find_quotations(sources)
    comment.quote_count = len(quotations)
    decision = {"via": via, "by": by, "reason": "", "note": note, "rule_id": rule_pk(rule)}
    try:
        with transaction.atomic():
            if to == Status.APPROVED or quotations:
                Conversation.objects.lock([comment.post_id])
            store_comment(comment, findings, quotations)
            outcome = DecisionOutcome(to, [comment], batch=None)
            record_decisions(outcome, is_first=True, undoes={}, quiet=quiet, **decision)
            update_visibility(outcome)
    except IntegrityError:
        if earlier := Comment.objects.filter(fingerprint=comment.fingerprint).first():
            return earlier, False
        raise
    comment.status, comment.shown = to, to == Status.APPROVED
    return comment, True


def store_comment(comment: Comment, findings: Iterable[CheckResult | Finding], quotations: list[Quotation]) -> None:
    """Insert the row, its path, and what hangs on it."""
    comment.reader = Reader.of(comment.email, seen=comment.created_at) if comment.email else None
    comment.save(force_insert=True)
    comment.path = layout.path_below(comment.parent.path if comment.parent else "", comment.pk)
    Comment.objects.filter(pk=comment.pk).update(path=comment.path)
    store_findings(comment, findings)
    if quotations:
        Quotation.replace_for(comment, quotations)


def store_findings(comment: Comment, findings: Iterable[CheckResult | Finding]) -> None:
    """Store what spoke against publishing a comment at once."""
    Finding.objects.bulk_create(
        Finding(comment=comment, kind=one.kind, words=one.words[:250], rule_id=rule_pk(one.rule)) for one in findings
    )


def rule_pk(rule: Rule | int | None) -> int | None:
    return rule.pk if isinstance(rule, Rule) else rule
