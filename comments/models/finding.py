"""What spoke against publishing a comment at once; moderators see it beside the comment."""

from __future__ import annotations

from django.db import models


class Finding(models.Model):
    """One reason to hold a comment: the `kind` of the check that found it (see comments/screening/checks.py)."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=20)
    words = models.CharField(max_length=250, blank=True, help_text="A number or a word, depending on the kind.")
    rule = models.ForeignKey("Rule", models.PROTECT, null=True, related_name="findings")

    class Meta:
        indexes = [models.Index(fields=["kind", "comment"], name="finding_kind")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.kind}"
