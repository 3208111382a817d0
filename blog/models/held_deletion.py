"""Deletions that wait for a person, since so much at once, or a clock that has jumped, is more likely a mistake."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

# The kind that stands for all: the clock of the machine has jumped.
CLOCK = "clock"
# How long a person's word counts: what was too much is deleted by then, and what comes after it is looked at anew.
ALLOWED_FOR = timedelta(days=1)


class HeldDeletionQuerySet(models.QuerySet["HeldDeletion"]):
    def hold(self, kind: str, words: str) -> HeldDeletion:
        """Let this kind wait; `words` say why, for whoever looks at it."""
        return self.get_or_create(kind=kind, defaults={"words": words})[0]

    def waiting(self) -> list[HeldDeletion]:
        """Those that nobody has allowed, or so long ago that it no longer counts."""
        return [row for row in self.order_by("kind") if not row.is_allowed]

    def allow(self, kind: str) -> int:
        """Let this kind be deleted after all; of the clock, let it be right. How many there were, 0 or 1."""
        if kind == CLOCK:
            return self.filter(kind=kind).delete()[0]
        return self.filter(kind=kind).update(allowed_at=timezone.now())


class HeldDeletion(models.Model):
    """One kind of what the worker deletes for good, waiting."""

    kind = models.CharField(max_length=24, unique=True)
    held_at = models.DateTimeField(default=timezone.now)
    allowed_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True)

    objects = HeldDeletionQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind

    @property
    def is_allowed(self) -> bool:
        now = timezone.now()
        return self.allowed_at is not None and now - ALLOWED_FOR < self.allowed_at <= now
