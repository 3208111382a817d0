"""A reader as moderators know him: by the address his comments came with, and whether he proved that it is his."""

from __future__ import annotations

import datetime
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy


def generate_key() -> str:
    """22 characters of chance (128 bits)."""
    return secrets.token_urlsafe(16)


def deliverable_address(typed: str) -> str:
    """The address to write to: as it was typed, capital letters and all, but not where it is not ASCII.

    There casefold() can join two owners ("ß" and "ss"), and only the address that we verify may get the mail.
    """
    return typed if typed.isascii() else typed.casefold()


class Reader(models.Model):
    """An e-mail address. Whoever types it is not yet its owner: only a browser with its pass is (passes.py)."""

    class Standing(models.TextChoices):
        ORDINARY = "ordinary", gettext_lazy("ordinary: what he did decides")
        TRUSTED = "trusted", gettext_lazy("trusted: published at once, when it is proven to be him")
        HELD = "held", gettext_lazy("held: every comment waits for a moderator")

    email = models.EmailField(
        pgettext_lazy("column", "email"), unique=True, help_text="In small letters: one address, one reader."
    )
    standing = models.CharField(
        pgettext_lazy("column", "standing"), max_length=8, choices=Standing, default=Standing.ORDINARY
    )
    verified_at = models.DateTimeField(pgettext_lazy("column", "verified at"), null=True, blank=True, editable=False)
    session_key = models.CharField(
        max_length=32, default=generate_key, editable=False, help_text="A new one ends every pass."
    )
    sessions_ended_at = models.DateTimeField(
        null=True, editable=False, help_text="Links from before then prove nothing."
    )
    first_seen = models.DateTimeField(pgettext_lazy("column", "first seen"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("noun", "reader")
        verbose_name_plural = pgettext_lazy("noun", "readers")

    def __str__(self):
        return self.email

    @classmethod
    def of(cls, email: str, *, seen: datetime.datetime | None = None) -> Reader:
        """The reader of this address, created when they are new (first `seen` then, or now)."""
        return cls.objects.get_or_create(email=email.casefold(), defaults={"first_seen": seen or timezone.now()})[0]

    def verify(self) -> None:
        """The address is his: he has answered from it."""
        if self.verified_at is None:
            self.verified_at = timezone.now()
            self.save(update_fields=["verified_at"])
