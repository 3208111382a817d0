"""How to write to a reader's address: at which hour, and when we stop because emails come back."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F
from django.utils import timezone

from blog.text.datetimes import next_hour
from blog.text.site_values import site
from comments.models.reader import Reader, deliverable_address

# The hour of the daily digest by default: with the morning tea.
DEFAULT_HOUR = 7
# After so many refused emails in a row we take it that the address no longer exists.
MAX_REFUSALS = 3


class Mailbox(models.Model):
    """How to write to one reader: at which hour, and whether the address still accepts our emails."""

    reader = models.OneToOneField(Reader, models.CASCADE, primary_key=True, related_name="mailbox")
    address = models.EmailField(max_length=254, help_text="As the reader typed it.")
    hour = models.PositiveSmallIntegerField(default=DEFAULT_HOUR, validators=[MaxValueValidator(23)])
    zone = models.CharField(max_length=64, blank=True, help_text="The time zone of the hour; empty for the site's own.")
    refusals = models.PositiveSmallIntegerField(default=0, help_text="How many emails in a row the server refused.")
    paused_at = models.DateTimeField(null=True, help_text="Nothing is sent since then, because too many were refused.")

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.address

    @classmethod
    def of(cls, reader: Reader, *, typed: str = "") -> Mailbox:
        """The reader's mailbox, created on first use, with the address as the reader `typed` it."""
        address = deliverable_address(typed) if typed.casefold() == reader.email else reader.email
        return cls.objects.get_or_create(reader=reader, defaults={"address": address})[0]

    @classmethod
    def record_refusal(cls, reader_id: int | None) -> None:
        """Count an email that the server refused; after some in a row we stop writing, until the reader asks again."""
        mailbox = cls.objects.filter(reader=reader_id)
        mailbox.update(refusals=F("refusals") + 1)
        mailbox.filter(refusals__gte=MAX_REFUSALS, paused_at=None).update(paused_at=timezone.now())

    def next_hour(self, now: datetime) -> datetime:
        """When the reader's hour comes next after `now`."""
        try:
            zone = zoneinfo.ZoneInfo(self.zone or site().time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # this machine knows fewer time zones than the last
            zone = zoneinfo.ZoneInfo(site().time_zone)
        return next_hour(self.hour, zone, after=now)

    @property
    def clock(self) -> str:
        """The name of the time zone of `hour`."""
        return self.zone or site().time_zone
