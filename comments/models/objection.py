"""Objections to decisions, by those who wrote a comment or reported it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.text.validators import validate_storable
from comments.models.decision import Decision
from comments.models.report import Report

# An objection is to be answered within two weeks; the queue says when one is late.
ANSWER_WITHIN = timedelta(days=14)
MAX_OBJECTION = 2_000


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def open(self) -> Self:
        """Those without an answer, the oldest first."""
        return self.filter(answered_at=None).order_by("at", "pk")


class Objection(models.Model):
    """One objection. It goes to a moderator who did not decide, unless there is none (lifecycle/objections.py)."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", gettext_lazy("The decision stands")
        CHANGED = "changed", gettext_lazy("The decision was changed")
        MOOT = "moot", gettext_lazy("Settled: the comment was deleted")

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="objections")
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        null=True,
        related_name="objections",
        help_text="Empty for reports that were dismissed.",
    )
    report = models.ForeignKey(
        Report, models.CASCADE, null=True, related_name="objections", help_text="Set if its sender objects."
    )
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text="Empty for a program."
    )
    words = models.TextField(max_length=MAX_OBJECTION, validators=[validate_storable])
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(blank=True, max_length=MAX_OBJECTION, validators=[validate_storable])
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_decider = models.BooleanField(default=False, help_text="Answered by whoever had decided: there was nobody else.")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(report=None), name="objection_by_writer_once"),
            models.UniqueConstraint(fields=["report"], name="objection_by_reporter_once"),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(answered_at=None), name="objection_open"),
            models.Index(fields=["at"], name="objection_time"),
        ]

    def __str__(self) -> str:
        return f"objection {self.pk}"

    @property
    def due_at(self) -> datetime:
        """By when it is to be answered."""
        return self.at + ANSWER_WITHIN

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and timezone.now() > self.due_at

    @property
    def is_by_reporter(self) -> bool:
        return self.report_id is not None
