"""What staff are told by email: of waiting comments, and of what colleagues do with posts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

# How long the periodic frequencies wait.
SPANS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1)}


class NotificationPreferenceQuerySet(models.QuerySet["NotificationPreference"]):
    def due(self, now: datetime) -> Self:
        """Those whose hour or day has passed."""
        hourly, daily = (Q(often=often, notified_until__lte=now - span) for often, span in SPANS.items())
        return self.filter(hourly | daily)


class NotificationPreference(models.Model):
    """What somebody has chosen; by default, emails about comments come straight away, and those about posts do."""

    class Frequency(models.TextChoices):
        AT_ONCE = "at once", gettext_lazy("straight away")
        HOURLY = "hourly", gettext_lazy("hourly, if anything is waiting")
        DAILY = "daily", gettext_lazy("daily, if anything is waiting")
        NEVER = "never", gettext_lazy("never")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notification_preference"
    )
    often = models.CharField(max_length=8, choices=Frequency, default=Frequency.AT_ONCE)
    tells_of_posts = models.BooleanField(
        default=True, db_default=True, help_text="Posts handed in, sent back and published by colleagues."
    )
    notified_until = models.DateTimeField(default=timezone.now, editable=False)

    objects = NotificationPreferenceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user}: {self.often}"

    @classmethod
    def of(cls, user: User) -> NotificationPreference:
        """Their choice, stored or not."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    def choose(self, often: str) -> None:
        """Change it from now on. What came before is in the queue, and in no email."""
        if often != self.often or self._state.adding:
            self.often, self.notified_until = often, timezone.now()
            self.save()

    def choose_posts(self, tells: bool) -> None:
        """Choose whether emails about posts come."""
        if tells != self.tells_of_posts:
            self.tells_of_posts = tells
            self.save()
