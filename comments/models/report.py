"""What readers say of a comment that ought not to stand."""

from __future__ import annotations

import datetime

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.text.validators import validate_storable
from comments.models.decision import Decision
from comments.models.policy import Policy
from comments.models.rule import Finding
from comments.status import Status, Via

# Why a comment waits that so many readers reported: the kind of its finding.
REPORTS_FINDING = "reports"
# Comments that reports hold in an hour, whoever sends them: whoever hires neighbourhoods by the hundred can neither
# empty a conversation nor bury the queue. Beyond it a comment stands, and its reports with it.
MAX_HELD_AN_HOUR = 10
HOUR = datetime.timedelta(hours=1)


class Report(models.Model):
    """One reader's report of one comment; open until a moderator has decided on the comment or set it aside."""

    class Kind(models.TextChoices):
        SPAM = "spam", gettext_lazy("It is advertising or spam")
        RUDE = "rude", gettext_lazy("It attacks somebody")
        PRIVATE = "private", gettext_lazy("It gives away something private")
        UNLAWFUL = "unlawful", gettext_lazy("It breaks the law")
        OTHER = "other", gettext_lazy("Something else")

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True, max_length=500, validators=[validate_storable])
    sender = models.CharField(max_length=64, help_text="A keyed hash of who sent it: distinct readers count once.")
    neighbourhood = models.CharField(
        max_length=64,
        help_text="A keyed hash of the network around him: to hold a comment takes several.",
    )
    at = models.DateTimeField(auto_now_add=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "sender"], name="report_once")]
        indexes = [
            models.Index(fields=["sender", "at"], name="report_pace"),
            models.Index(fields=["neighbourhood", "at"], name="report_near_pace"),
        ]

    def __str__(self):
        return f"{self.comment_id}: {self.kind}"

    @classmethod
    @transaction.atomic
    def file(cls, comment, *, kind: str, words: str, sender: str, neighbourhood: str = "") -> bool:
        """Store a report of a comment that readers see, and hold it when enough of them have reported it.

        Every sender is counted in `flags`; but the senders of one neighbourhood (his own for each, when it is not
        given) hold no more than one of them would: one person easily has many addresses there, and mailboxes too.
        False, and nothing changed, when this sender has reported it before, whatever became of that, and when the
        comment is approved no more.
        """
        comment.lock_thread(comment.post_id)
        comment.refresh_from_db(fields=["status", "shown", "open_report_count"])
        if comment.status != Status.APPROVED or cls.objects.filter(comment=comment, sender=sender).exists():
            return False
        cls.objects.create(
            comment=comment, kind=kind, words=words, sender=sender, neighbourhood=neighbourhood or sender
        )
        type(comment).objects.filter(pk=comment.pk).update(open_report_count=F("open_report_count") + 1)
        comment.open_report_count += 1
        open_ones = comment.reports.filter(is_open=True)
        if open_ones.values("neighbourhood").distinct().count() >= Policy.current().reports_hold and reports_may_hold():
            Finding.objects.update_or_create(
                comment=comment, kind=REPORTS_FINDING, defaults={"words": str(open_ones.count())}
            )
            comment.hold(via=Via.REPORTS, expected=Status.APPROVED)
        return True


def reports_may_hold() -> bool:
    """Have reports held so few comments in this hour that they may hold another?"""
    held = Decision.objects.filter(via=Via.REPORTS, at__gt=timezone.now() - HOUR)
    return held.count() < MAX_HELD_AN_HOUR
