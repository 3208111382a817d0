"""How far an author has read the conversations under his posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone

# Who has never said so is shown what was written in this time.
AT_FIRST = timedelta(days=14)


class Look(models.Model):
    """One account's mark: whatever readers got to see until then, he has seen."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField()

    def __str__(self):
        return f"{self.user}: {self.until:%Y-%m-%d %H:%M}"

    @classmethod
    def of(cls, user: AbstractBaseUser) -> datetime:
        """Until when he has seen everything."""
        until = cls.objects.filter(user=user).values_list("until", flat=True).first()
        return until or timezone.now() - AT_FIRST

    @classmethod
    def move(cls, user: AbstractBaseUser, until: datetime) -> None:
        """He has seen everything until then. A mark never goes back, whichever of two windows was first."""
        if not cls.objects.filter(user=user, until__gte=until).exists():
            cls.objects.update_or_create(user=user, defaults={"until": until})
