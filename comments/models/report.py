"""Reports by readers of comments that break the rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from blog.text.validators import validate_storable


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
