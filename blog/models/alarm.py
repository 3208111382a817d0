"""Alarms: what is wrong with the site as a machine, so that its owner hears of each once, and of its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

# An alarm that goes on is told again after this time.
TELL_AGAIN = timedelta(days=1)
# So long must all be well before an alarm ends: what comes and goes each minute is told once.
QUIET = timedelta(minutes=15)
MAX_WORDS = 1_000


class AlarmState(models.TextChoices):
    """What its owner is told about an alarm."""

    BEGAN = "began", gettext_lazy("began")
    AGAIN = "again", gettext_lazy("goes on")
    ENDED = "ended", gettext_lazy("has ended")


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def active(self) -> AlarmQuerySet:
        return self.filter(ended_at=None)

    def observe(self, kind: str, words: str) -> tuple[Alarm, AlarmState] | None:
        """Store how it stands with `kind`: `words` say what is wrong, "" that all is well.

        Returns the alarm and what is to be told now, once among all processes; None for nothing. Call it in the
        transaction that stores what is told.
        """
        row = self.select_for_update().filter(kind=kind).first()
        if row is None:
            if not words:
                return None
            row = self.get_or_create(kind=kind, defaults={"ended_at": timezone.now()})[0]
            row = self.select_for_update().get(pk=row.pk)
        state = row.move(words[:MAX_WORDS], now=timezone.now())
        return (row, state) if state else None


class Alarm(models.Model):
    """One kind of trouble: since when, when it was last told, and when it ended. The words are of the last look."""

    kind = models.CharField(max_length=16, unique=True)
    began_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(default=timezone.now)
    well_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=MAX_WORDS, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind

    def move(self, words: str, *, now: datetime) -> AlarmState | None:
        """Follow what was seen, and return what to tell its owner."""
        before = (self.words, self.well_since, self.ended_at, self.told_at)
        state = self._begin_or_go_on(words, now) if words else self._end(now)
        if before != (self.words, self.well_since, self.ended_at, self.told_at):
            self.save()
        return state

    def _begin_or_go_on(self, words: str, now: datetime) -> AlarmState | None:
        is_new = self.ended_at is not None
        self.words, self.well_since, self.ended_at = words, None, None
        if is_new:
            self.began_at = self.told_at = now
            return AlarmState.BEGAN
        if not now - TELL_AGAIN < self.told_at <= now:  # later than now: told by a clock that was wrong
            self.told_at = now
            return AlarmState.AGAIN
        return None

    def _end(self, now: datetime) -> AlarmState | None:
        if self.ended_at is not None:
            return None
        self.well_since = self.well_since or now
        if self.well_since > now - QUIET:
            return None
        self.ended_at = self.told_at = now
        return AlarmState.ENDED
