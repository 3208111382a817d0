"""Stores a new comment with its first decision; the same comment sent twice is stored once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.fulltext import index
from blog.models import Conversation
from blog.models.clock import Clock
from blog.models.composed_query import ComposedInsert
from comments.lifecycle.decide import DecisionOutcome, parents_of, resize_threads, show_comments, store_decisions
from comments.lifecycle.websites import move_clock_for_websites
from comments.models.comment import Comment
from comments.models.comment_queryset import draw_id
from comments.models.comment_sign import CommentSign
from comments.models.finding import Finding
from comments.models.quotation import Quotation
from comments.models.reader import Reader
from comments.screening.checks import CheckResult
from comments.status import Status, Via
from comments.threads import layout
from comments.web.fingerprints import comment_fingerprint
from comments.web.tiles import tile_number

INSERT_COMMENT, INSERT_FINDINGS = ComposedInsert(Comment), ComposedInsert(Finding)


def submit(**arguments: Any) -> tuple[Comment, bool]:
    """Store a comment as `store` does, in a transaction of its own; returns it and whether it is new.

    The same text by the same person in the same place, sent from the same form, is the same comment, however often.
    Raises ValidationError for text that cannot be stored.
    """
    try:
        with transaction.atomic():
            return store(**arguments), True
    except IntegrityError:
        if earlier := find_stored(arguments, arguments.get("sent_from", "")):
            return earlier, False
        raise


def find_stored(columns: dict[str, Any], sent_from: str) -> Comment | None:
    """The comment that these columns, sent from there, were stored as before."""
    fingerprint = comment_fingerprint(columns, sent_from)
    return Comment.objects.filter(fingerprint=fingerprint).with_subjects().first()


def store(
    *,
    to: Status,
    via: Via = Via.FORM,
    by: User | None = None,
    note: str = "",
    rule: int | None = None,
    findings: Iterable[CheckResult] = (),
    quiet: bool = False,
    sources: Sequence[str] = (),
    sent_from: str = "",
    signs: Collection[int] = (),
    **columns: Any,
) -> Comment:
    """Store a new comment in the status `to` with its first decision; belongs in a transaction.

    `columns` are the other columns of the comment; `rule` is the id of the rule that decided. `sources` are where the
    form says that quotations are from, `sent_from` is the form or the session (comment_fingerprint), `signs` are its
    keys (families/signs.py). Nobody is notified of `quiet` comments. `reader` may be known already.
    Raises ValidationError for text that cannot be stored, and IntegrityError when it is stored already.
    """
    comment = build_comment(columns, sent_from)
    comment.status, comment.shown = to, to == Status.APPROVED
    comment.thread_size = 1 if comment.shown and not comment.parent_id else 0
    quotations = comment.find_quotations(sources)
    comment.quote_count = len(quotations)
    if comment.shown:
        Conversation.change_counts(comment.conversation_id, comments=1, shown=1)  # which locks it
    elif quotations or comment.parent_id:
        Conversation.objects.lock([comment.conversation_id])
    follow_moved_parent(comment)
    if comment.email:
        comment.reader = (comment.reader or Reader.find_or_build(comment.email)).ensure_stored(seen=comment.created_at)
    insert_row(comment)
    store_findings(comment, findings)
    CommentSign.objects.add(comment.pk, signs)
    if quotations:
        Quotation.replace_for(comment, quotations)
    outcome = DecisionOutcome(to, [comment], batch=None)
    store_decisions(outcome, is_first=True, quiet=quiet, via=via, by=by, note=note, rule_id=rule)
    if comment.shown:
        publish_new(comment)
    return comment


def follow_moved_parent(comment: Comment) -> None:
    """Let a reply go along with a parent that moved to another conversation while it was written; needs the lock."""
    if comment.parent is None:
        return
    parent = Comment.objects.only("conversation", "path", "depth", "name").get(pk=comment.parent.pk)
    if (parent.conversation_id, parent.path) == (comment.conversation_id, comment.parent.path):
        return
    number = int(comment.shown)
    Conversation.change_counts(comment.conversation_id, comments=-number, shown=-number)
    Conversation.change_counts(parent.conversation_id, comments=number, shown=number)
    comment.subject, comment.parent, comment.depth = parent.subject, parent, parent.depth + 1


def publish_new(comment: Comment) -> None:
    """Do what a new approved comment changes beside its own row: the index, the comments above it, the clock."""
    if document := comment.as_document():
        index.put(Comment.SEARCH_KIND, [document])
    if comment.parent_id:
        resize_threads([comment], by=1)
        tombstones = show_comments(list(parents_of([comment])))[comment.conversation_id]
        if tombstones:
            Conversation.change_counts(comment.conversation_id, shown=tombstones)
    Clock.move_comments()
    move_clock_for_websites([comment], by=1)


def build_comment(columns: dict[str, Any], sent_from: str) -> Comment:
    """A comment not yet stored. Raises ValidationError for text that cannot be stored."""
    comment = Comment(**columns)
    comment.check_text()
    comment.fingerprint, comment.tile = comment_fingerprint(columns, sent_from), tile_number(columns)
    comment.depth = comment.parent.depth + 1 if comment.parent else 0
    comment.scored_at = timezone.now() if comment.score is not None else None
    return comment


def insert_row(comment: Comment) -> None:
    """Store the row with its path, which ends with its own id: so the id is drawn beforehand, unless it is given."""
    comment.pk = comment.pk or draw_id()
    comment.path = layout.path_below(comment.parent.path if comment.parent else "", comment.pk)
    INSERT_COMMENT([comment])


def store_findings(comment: Comment, findings: Iterable[CheckResult]) -> None:
    """Store what spoke against publishing a comment at once."""
    INSERT_FINDINGS(
        Finding(comment=comment, kind=finding.kind, words=finding.words[:250], rule_id=finding.rule)
        for finding in findings
    )
