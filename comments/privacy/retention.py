"""What is deleted by itself, and after how long: spam, all but the record of it, and addresses left with reports."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.lifecycle.decide import decide_one
from comments.lifecycle.objections import forget_objections, objections_about
from comments.models.comment import Comment
from comments.models.comment_note import CommentNote
from comments.models.comment_sign import CommentSign
from comments.models.objection import Objection
from comments.models.policy import Policy
from comments.models.reader import Reader
from comments.models.report import ReportContact
from comments.status import AlreadyDecided, Status, TransitionNotAllowed, Via

# Comments that the worker erases at a time: less than a second.
RETENTION_BATCH = 50
# What remains in each column that says something of the writer or the text. The version invalidates links in emails.
ERASED_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(
        ("name", "email", "website", "body", "html", "words_key", "network", "edit_note", "trained_as"), ""
    ),
    **dict.fromkeys(("address", "author", "user"), None),
    "score_reasons": [],
    "tile": 0,
    "quote_count": 0,
    "wants_outcome_email": False,
    "wants_reply_emails": False,
    "version": F("version") + 1,
}


def erase_old_spam() -> int:
    """Erase the oldest spam on which nobody has decided for the policy's `spam_days`; returns how many comments.

    What the filter learned from it stays, so a comment that it has not learned yet has to wait.
    """
    days = Policy.current().spam_days
    old = old_spam().order_by("decided_at").only("conversation", "reader", "open_report_count")
    return sum(erase_spam_comment(comment, days) for comment in old[:RETENTION_BATCH])


def old_spam() -> QuerySet[Comment]:
    """The spam whose days are over."""
    spam = Comment.objects.filter(status=Status.SPAM, pending_training=None)
    return spam.filter(decided_at__lte=timezone.now() - timedelta(Policy.current().spam_days))


@transaction.atomic
def erase_spam_comment(comment: Comment, days: int) -> bool:
    """Erase one comment, unless somebody has decided meanwhile that it is not spam."""
    note = _("Spam, erased after %(days)d days") % {"days": days}
    try:
        decide_one(comment, Status.REMOVED, via=Via.ERASURE, note=note, expected=Status.SPAM, quiet=True)
    except (AlreadyDecided, TransitionNotAllowed):
        return False
    comment.revisions.all().delete()
    forget_objections(objections_about([comment.pk]))
    comment.reports.update(words="", law="")  # what is left of them is counted
    comment.quotations.all().delete()
    CommentNote.objects.forget([comment.pk])
    CommentSign.objects.forget([comment.pk])
    # We remember that a verified reader sent spam: otherwise it would cost them only thirty days.
    reader = Reader.objects.filter(comments=comment.pk, verified_at__isnull=False).first()
    fingerprint = f"erased {secrets.token_hex(16)}"
    Comment.objects.filter(pk=comment.pk).update(**ERASED_COLUMNS, reader=reader, fingerprint=fingerprint)
    delete_unknown_reader(comment.reader_id)
    return True


def delete_old_contacts() -> int:
    """Delete the addresses left with reports whose time is over; returns how many."""
    old = list(old_contacts().values_list("pk", flat=True)[:RETENTION_BATCH])
    if old:
        forget_objections(Objection.objects.filter(report__in=old))
        ReportContact.objects.filter(pk__in=old).delete()
    return len(old)


def old_contacts() -> QuerySet[ReportContact]:
    """The addresses whose time is over."""
    return ReportContact.objects.filter(delete_at__lte=timezone.now())


def delete_unknown_reader(reader_id: int | None) -> None:
    """Delete an address that nobody verified and no moderator has marked, with its last comment."""
    if reader_id:
        unknown = Reader.objects.filter(pk=reader_id, verified_at=None, standing=Reader.Standing.ORDINARY)
        unknown.exclude(Exists(Comment.objects.filter(reader=OuterRef("pk")))).delete()
