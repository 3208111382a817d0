"""How far authors have read the conversations under their posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone

# Authors who have never marked anything as read see comments from this time.
INITIAL_SPAN = timedelta(days=14)


class ReadMarker(models.Model):
    """The last comment that an account has read, by the time of its publication and, within a second, its id."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField()
    comment = models.PositiveBigIntegerField(default=0, help_text="The last comment read of that second.")

    def __str__(self) -> str:
        return f"{self.user}: {self.until:%Y-%m-%d %H:%M}"

    @classmethod
    def unseen_by(cls, user: User) -> Q:
        """The condition for comments that the account has not read."""
        marker = cls.objects.filter(user=user).first() or cls(until=timezone.now() - INITIAL_SPAN)
        return Q(decided_at__gt=marker.until) | Q(decided_at=marker.until, pk__gt=marker.comment)

    @classmethod
    def advance(cls, user: User, until: datetime, comment: int) -> None:
        """Mark everything up to this comment as read. The marker never moves back, whatever a second window sends."""
        marker = cls.objects.filter(user=user).first()
        if marker is None or (marker.until, marker.comment) < (until, comment):
            cls.objects.update_or_create(user=user, defaults={"until": until, "comment": comment})
