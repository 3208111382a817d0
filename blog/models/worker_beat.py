"""When the worker last ran its jobs, in a table of one row that every process can read, with or without a cache."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models.held_deletion import CLOCK, HeldDeletion
from blog.text.datetimes import format_datetime

# The worker runs a round every second or so; a write for each would be most of what an idle site does.
BEAT_INTERVAL = timedelta(minutes=1)
# A clock that is further from the last beat has jumped, or the machine was off for so long that it may have. Machines
# of one site may differ by more than seconds, but not by an hour.
MAX_AHEAD, MAX_BEHIND = timedelta(days=1), timedelta(hours=1)


class WorkerBeat(models.Model):
    """The moment of the last beat, of whichever worker, in the only row."""

    at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("view_site_health", "Can see the site’s health")]

    def __str__(self) -> str:
        return str(self.at)

    @classmethod
    def last(cls) -> datetime | None:
        """When a worker last ran; None if none ever has."""
        return cls.objects.values_list("at", flat=True).first()

    @classmethod
    def record(cls) -> bool:
        """Store the moment, unless that was done a short while ago; return whether it was stored.

        After a jump of the clock, nothing is deleted for good until a person says that it is right.
        """
        now, last = timezone.now(), cls.last()
        # One ahead of the clock was stored by a clock that was wrong.
        is_due = last is None or not now - BEAT_INTERVAL < last <= now
        if is_due and last and not -MAX_BEHIND < now - last < MAX_AHEAD:
            words = _("The clock says %(now)s, and the worker last ran on %(last)s.")
            told = {"now": format_datetime(now), "last": format_datetime(last)}
            HeldDeletion.objects.hold(CLOCK, words % told)
        if is_due:
            cls.objects.update_or_create(pk=1, defaults={"at": now})
        return is_due
