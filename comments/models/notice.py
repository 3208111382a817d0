"""How often a moderator is written to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """A moderator's choice. Who never chose is written to at once."""

    class Often(models.TextChoices):
        AT_ONCE = "at once", "at once"
        HOURLY = "hourly", "once an hour, if something waits"
        DAILY = "daily", "once a day, if something waits"
        NEVER = "never", "never"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice")
    often = models.CharField(max_length=8, choices=Often, default=Often.AT_ONCE)
    told_until = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self):
        return f"{self.user}: {self.often}"
