"""What the worker shortened or deleted each night because its time was over, in numbers."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F

# Nights that are remembered.
MAX_NIGHTS = 90


class RetentionNight(models.Model):
    """One night: how far it has come among the comments, and what it has done."""

    day = models.DateField(primary_key=True)
    comments_until = models.PositiveBigIntegerField(default=0, help_text="The last comment that was looked at.")
    addresses = models.PositiveIntegerField(default=0, help_text="Network addresses that were shortened.")
    browsers = models.PositiveIntegerField(default=0, help_text="Names of browsers that were deleted.")
    sessions = models.PositiveIntegerField(default=0, help_text="Sign-ins of readers that were ended.")
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    @classmethod
    def begin(cls, day: datetime.date) -> RetentionNight:
        """The row of this night; those of long ago are deleted."""
        night, is_new = cls.objects.get_or_create(day=day)
        if is_new:
            cls.objects.filter(day__lte=day - datetime.timedelta(MAX_NIGHTS)).delete()
        return night

    @classmethod
    def count(cls, day: datetime.date, **numbers: int) -> None:
        """Add to the numbers of this night."""
        cls.begin(day)
        cls.objects.filter(pk=day).update(**{name: F(name) + number for name, number in numbers.items()})
