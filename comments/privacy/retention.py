"""Spam is kept for a month, so that nobody's words vanish by mistake; then nothing of it is left but the record."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.lifecycle.decide import decide_one
from comments.models.comment import Comment
from comments.models.reader import Reader
from comments.status import AlreadyDecided, Status, TransitionNotAllowed, Via

SPAM_RETENTION = timedelta(days=30)
# Comments erased in one round of the worker: less than a second.
RETENTION_BATCH = 50


def erase_old_spam() -> int:
    """Erase the oldest spam on which nobody has decided for thirty days; how many.

    What the filter learned of it stays learned: so only what it has learned already is erased.
    """
    old = Comment.objects.filter(
        status=Status.SPAM, decided_at__lte=timezone.now() - SPAM_RETENTION, pending_training=None
    )
    return sum(
        erase_spam_comment(comment)
        for comment in old.only("post", "reader", "open_report_count").order_by("decided_at")[:RETENTION_BATCH]
    )


@transaction.atomic
def erase_spam_comment(comment: Comment) -> bool:
    """Remove it for good, unless somebody decided meanwhile that it is no spam."""
    note = _("Spam, erased after %(days)d days") % {"days": SPAM_RETENTION.days}
    try:
        decide_one(comment, Status.REMOVED, via=Via.ERASURE, note=note, expected=Status.SPAM, quiet=True)
    except (AlreadyDecided, TransitionNotAllowed):
        return False
    comment.revisions.all().delete()
    comment.reports.all().delete()
    comment.quotations.all().delete()
    # Of whoever proved his address it is still known that he sent spam: else it would cost him but thirty days.
    proven = Reader.objects.filter(pk=comment.reader_id, verified_at__isnull=False).first()
    fingerprint = f"erased {secrets.token_hex(16)}"
    Comment.objects.filter(pk=comment.pk).update(**ERASED_COLUMNS, reader=proven, fingerprint=fingerprint)
    delete_unknown_reader(comment.reader_id)
    return True


# What is left in each column that tells of the writer or his words. The number of the version ends links in mails.
ERASED_COLUMNS = {
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


def delete_unknown_reader(reader_id: int | None) -> None:
    """An address that nobody proved, of whom nothing else was ever said, goes with its last comment."""
    unknown = Reader.objects.filter(pk=reader_id, verified_at=None, standing=Reader.Standing.ORDINARY)
    unknown.exclude(Exists(Comment.objects.filter(reader=OuterRef("pk")))).delete()
