"""How far an author has read the conversations under his posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

# Who has never said so is shown what was written in this time.
INITIAL_SPAN = timedelta(days=14)


class ReadMarker(models.Model):
    """One account's mark in what readers got to see, by the time of the decision and, within a second, the comment."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField()
    comment = models.PositiveBigIntegerField(default=0, help_text="The last one seen of that moment.")

    def __str__(self):
        return f"{self.user}: {self.until:%Y-%m-%d %H:%M}"

    @classmethod
    def unseen_by(cls, user: AbstractBaseUser) -> Q:
        """The comments that lie beyond his mark."""
        mark = cls.objects.filter(user=user).first() or cls(until=timezone.now() - INITIAL_SPAN)
        return Q(decided_at__gt=mark.until) | Q(decided_at=mark.until, pk__gt=mark.comment)

    @classmethod
    def advance(cls, user: AbstractBaseUser, until: datetime, comment: int) -> None:
        """He has seen everything up to this comment. A mark never goes back, whichever of two windows was first."""
        mark = cls.objects.filter(user=user).first()
        if mark is None or (mark.until, mark.comment) < (until, comment):
            cls.objects.update_or_create(user=user, defaults={"until": until, "comment": comment})
