"""How often a moderator is written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

# The frequencies that gather, with what they gather in.
SPANS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1)}


class NotificationPreferenceQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """Those whose hour or day is over."""
        hourly, daily = (Q(often=often, notified_until__lte=now - span) for often, span in SPANS.items())
        return self.filter(hourly | daily)


class NotificationPreference(models.Model):
    """A moderator's choice. Who never chose is written to at once."""

    class Frequency(models.TextChoices):
        AT_ONCE = "at once", gettext_lazy("at once")
        HOURLY = "hourly", gettext_lazy("once an hour, if something waits")
        DAILY = "daily", gettext_lazy("once a day, if something waits")
        NEVER = "never", gettext_lazy("never")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notification_preference"
    )
    often = models.CharField(max_length=8, choices=Frequency, default=Frequency.AT_ONCE)
    notified_until = models.DateTimeField(default=timezone.now, editable=False)

    objects = NotificationPreferenceQuerySet.as_manager()

    def __str__(self):
        return f"{self.user}: {self.often}"

    @classmethod
    def of(cls, user: AbstractBaseUser) -> NotificationPreference:
        """His choice, stored or not."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    def choose(self, often: str) -> None:
        """From now on so often. What came before is in the queue, and not told again."""
        if often != self.often or self._state.adding:
            self.often, self.notified_until = often, timezone.now()
            self.save()
