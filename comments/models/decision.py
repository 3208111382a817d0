"""The record: one row for every change of a comment's state, by whatever path. Append-only in the database."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import pgettext_lazy

from blog.models.clock import now_to_the_second
from comments.status import Status, Via


class Decision(models.Model):
    """Who or what moved a comment from one state to another. Triggers of both databases refuse UPDATE and DELETE."""

    comment = models.ForeignKey(
        "Comment", models.PROTECT, related_name="decisions", verbose_name=pgettext_lazy("column", "comment")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty: the site or a reader.",
        verbose_name=pgettext_lazy("column", "by"),
    )
    from_status = models.CharField(pgettext_lazy("column", "from status"), max_length=10, choices=Status, blank=True)
    to_status = models.CharField(pgettext_lazy("column", "to status"), max_length=10, choices=Status)
    via = models.CharField(pgettext_lazy("column", "via"), max_length=10, choices=Via)
    reason = models.CharField(
        pgettext_lazy("column", "reason"),
        max_length=250,
        blank=True,
        help_text="Told to everybody: on the tombstone and receipt.",
    )
    note = models.CharField(
        pgettext_lazy("column", "note"), max_length=250, blank=True, help_text="For colleagues alone."
    )
    rule = models.ForeignKey(
        "Rule", models.PROTECT, null=True, related_name="decisions", verbose_name=pgettext_lazy("column", "rule")
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=pgettext_lazy("column", "undoes")
    )
    batch = models.UUIDField(null=True, db_index=True, help_text="Decisions made at one stroke share it.")
    at = models.DateTimeField(pgettext_lazy("column", "time"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("noun", "decision")
        verbose_name_plural = pgettext_lazy("noun", "decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["at"], name="decision_time")]

    def __str__(self):
        return f"{self.comment_id}: {self.from_status or 'new'} to {self.to_status}"


class PendingTraining(models.Model):
    """A comment whose last judgement the spam filter has not learned from yet (words.py)."""

    comment = models.OneToOneField("Comment", models.CASCADE, primary_key=True, related_name="pending_training")

    def __str__(self):
        return f"unlearned {self.comment_id}"


class PendingNotification(models.Model):
    """A decision nobody has been told of yet. Stored with it, taken away with the messages it leads to (news.py)."""

    decision = models.OneToOneField(Decision, models.PROTECT, primary_key=True, related_name="pending_notification")

    def __str__(self):
        return f"untold {self.decision_id}"


def columns_after_decision(to: Status, *, via: Via, reason: str) -> dict[str, Any]:
    """What a decision leaves on the comment's own row: a moderator's answers every report made before it."""
    removal_reason = reason if to == Status.REMOVED else ""
    flags = F("open_report_count") if via == Via.REPORTS else 0
    left = {"status": to, "removal_reason": removal_reason, "open_report_count": flags}
    # What was spam counts from the day somebody said so: an erasure is no new offence.
    return left if via == Via.ERASURE else {**left, "decided_at": now_to_the_second()}
