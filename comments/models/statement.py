"""Statements of reasons: why a comment was hidden, for its writer."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from comments.models.decision import Decision


class StatementQuerySet(models.QuerySet["Statement"]):
    def due(self) -> Self:
        """Those to be sent now if their decision still stands, oldest first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")


class Statement(models.Model):
    """That the reader of a decision is to be told, or was, why it was made (see comments/mail/statements.py).

    It holds no text and no name, so that it can be counted after an erasure.
    """

    decision = models.OneToOneField(Decision, models.PROTECT, primary_key=True, related_name="statement")
    due_at = models.DateTimeField(null=True, help_text="When the decision will have stood long enough.")
    sent_at = models.DateTimeField(null=True, help_text="When it was handed to the outbox.")

    objects = StatementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="statement_due"),
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="statement_sent"),
        ]

    def __str__(self) -> str:
        return f"statement {self.decision_id}"
