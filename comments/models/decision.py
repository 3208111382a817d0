"""The decision log, one row for each change of a comment's status; and what the worker has still to do about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from comments.status import Status, Via


class Decision(models.Model):
    """Who or what changed a comment's status. Append-only: triggers of both databases refuse UPDATE and DELETE.

    But that of an import may be deleted, with the comment that it brought (lifecycle/archive_removal.py), and the note
    and the reason of any may be erased (privacy/traces.py).
    """

    comment = models.ForeignKey(
        "Comment", models.PROTECT, related_name="decisions", verbose_name=pgettext_lazy("column", "comment")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty for the site and for readers.",
        verbose_name=pgettext_lazy("column", "by"),
    )
    from_status = models.CharField(pgettext_lazy("column", "from status"), max_length=10, choices=Status, blank=True)
    to_status = models.CharField(pgettext_lazy("column", "to status"), max_length=10, choices=Status)
    via = models.CharField(pgettext_lazy("column", "via"), max_length=10, choices=Via)
    reason = models.CharField(
        pgettext_lazy("column", "reason"),
        max_length=250,
        blank=True,
        help_text="Public: on the tombstone and the receipt.",
    )
    note = models.CharField(
        pgettext_lazy("column", "note"), max_length=250, blank=True, help_text="For colleagues only."
    )
    rule = models.ForeignKey(
        "Rule", models.PROTECT, null=True, related_name="decisions", verbose_name=pgettext_lazy("column", "rule")
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=pgettext_lazy("column", "undoes")
    )
    batch = models.UUIDField(null=True, db_index=True, help_text="Shared by decisions made in one go.")
    at = models.DateTimeField(pgettext_lazy("column", "time"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("noun", "decision")
        verbose_name_plural = pgettext_lazy("noun", "decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["at"], name="decision_time")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.from_status or 'new'} to {self.to_status}"


class PendingTraining(models.Model):
    """A comment whose last decision the spam filter has still to learn (see comments/lifecycle/spam_training.py)."""

    comment = models.OneToOneField("Comment", models.CASCADE, primary_key=True, related_name="pending_training")

    def __str__(self) -> str:
        return f"pending training {self.comment_id}"


class PendingNotification(models.Model):
    """A decision whose emails are still to be written (see comments/mail/notifications.py)."""

    decision = models.OneToOneField(Decision, models.PROTECT, primary_key=True, related_name="pending_notification")

    def __str__(self) -> str:
        return f"pending notification {self.decision_id}"
