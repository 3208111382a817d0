"""Spam is kept for a month, so that nobody's words vanish by mistake; then nothing of it is left but the record."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models.comment import Comment
from comments.models.reader import Reader
from comments.moderation import AlreadyDecided, NotAllowed, Status, Via

KEPT = timedelta(days=30)
# Comments erased in one round of the worker: less than a second.
AT_ONCE = 50


def expire() -> int:
    """Erase the oldest spam on which nobody has decided for thirty days; how many.

    What the filter learned of it stays learned: so only what it has learned already is erased.
    """
    old = Comment.objects.filter(status=Status.SPAM, decided_at__lte=timezone.now() - KEPT, unlearned=None)
    return sum(erase(comment) for comment in old.only("post", "reader", "flags").order_by("decided_at")[:AT_ONCE])


@transaction.atomic
def erase(comment: Comment) -> bool:
    """Remove it for good, unless somebody decided meanwhile that it is no spam."""
    note = _("Spam, erased after %(days)d days") % {"days": KEPT.days}
    try:
        comment.decide(Status.REMOVED, via=Via.ERASURE, note=note, expected=Status.SPAM, quiet=True)
    except (AlreadyDecided, NotAllowed):
        return False
    comment.revisions.all().delete()
    comment.reports.all().delete()
    comment.quotations.all().delete()
    # Of whoever proved his address it is still known that he sent spam: else it would cost him but thirty days.
    proven = Reader.objects.filter(pk=comment.reader_id, proven_at__isnull=False).first()
    fingerprint = f"erased {secrets.token_hex(16)}"
    Comment.objects.filter(pk=comment.pk).update(**NOTHING, reader=proven, fingerprint=fingerprint)
    forget(comment.reader_id)
    return True


# What is left in each column that tells of the writer or his words. The number of the version ends links in mails.
NOTHING = {
    **dict.fromkeys(("name", "email", "website", "body", "html", "words_key", "network", "edit_note", "lesson"), ""),
    **dict.fromkeys(("address", "author", "user"), None),
    "because": [],
    "tile": 0,
    "quotes": 0,
    "wants_news": False,
    "wants_replies": False,
    "version": F("version") + 1,
}


def forget(reader_id: int | None) -> None:
    """An address that nobody proved, of whom nothing else was ever said, goes with its last comment."""
    unknown = Reader.objects.filter(pk=reader_id, proven_at=None, standing=Reader.Standing.ORDINARY)
    unknown.exclude(Exists(Comment.objects.filter(reader=OuterRef("pk")))).delete()
