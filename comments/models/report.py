"""Reports by readers of comments that break the rules, and the addresses that some leave with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.models.fields import DerivedField
from blog.text.validators import validate_storable
from comments.status import BY_PEOPLE, Status

# What is undone within minutes is not told to those who reported.
ANSWER_DELAY = timedelta(minutes=15)


class Report(models.Model):
    """One reader's report of one comment, open until a moderator decides on the comment or dismisses its reports."""

    class Kind(models.TextChoices):
        SPAM = "spam", gettext_lazy("It is advertising or spam")
        RUDE = "rude", gettext_lazy("It attacks somebody")
        PRIVATE = "private", gettext_lazy("It shares private information")
        UNLAWFUL = "unlawful", gettext_lazy("It breaks the law")
        OTHER = "other", gettext_lazy("Something else")

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True, max_length=500, validators=[validate_storable])
    law = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Which law it breaks, and how."
    )
    in_good_faith = models.BooleanField(default=False, db_default=False, help_text="Its sender has said so.")
    sender = models.CharField(max_length=64, help_text="A keyed hash of the sender, who counts once.")
    neighbourhood = models.CharField(
        max_length=64,
        help_text="A keyed hash of the sender's wider network: only reports from several of them hold a comment.",
    )
    at = models.DateTimeField(auto_now_add=True)
    is_open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True, help_text="When it was answered.")
    decision = models.ForeignKey(
        "Decision", models.PROTECT, null=True, related_name="+", help_text="What answered it; empty for a dismissal."
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text="Who let the comment stay."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "sender"], name="report_once")]
        indexes = [
            models.Index(fields=["sender", "at"], name="report_pace"),
            models.Index(fields=["neighbourhood", "at"], name="report_near_pace"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.kind}"

    @property
    def is_by_person(self) -> bool:
        """Did a person answer it? Reports are dismissed by people alone."""
        return self.decision is None or self.decision.via in BY_PEOPLE


class ReportContactQuerySet(models.QuerySet["ReportContact"]):
    def due(self) -> Self:
        """Those to be told what became of their report: it was answered a while ago, and the comment does not wait."""
        untold = self.filter(told_at=None, report__is_open=False)
        answered = untold.filter(report__closed_at__lte=timezone.now() - ANSWER_DELAY)
        return answered.exclude(report__comment__status=Status.PENDING).order_by("pk")


class ReportContact(models.Model):
    """The address that somebody left with a report. Nobody has verified it, and it is deleted by itself."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="contact")
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(max_length=254)
    recipient = DerivedField(source="email", by=str.casefold)
    told_at = models.DateTimeField(null=True, help_text="When the outcome was handed to the outbox.")
    delete_at = models.DateTimeField()

    objects = ReportContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["report"], condition=Q(told_at=None), name="reporter_untold"),
            models.Index(fields=["recipient"], name="reporter_address"),
            models.Index(fields=["delete_at"], name="reporter_expiry"),
        ]

    def __str__(self) -> str:
        return f"contact of report {self.report_id}"
