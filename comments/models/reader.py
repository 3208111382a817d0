"""Readers, known by an email address, verified or not."""

from __future__ import annotations

import datetime
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.clock import Clock
from blog.models.composed_query import ComposedInsert, ComposedQuery, Parameter


def generate_key() -> str:
    """22 random characters (128 bits)."""
    return secrets.token_urlsafe(16)


def normalize_email(typed: str) -> str:
    """The one form of an address by which its owner is known, however they typed it.

    Capital letters make no difference. A plus sign does, and so does the other spelling of a domain (IDN): whether the
    same person reads both mailboxes is for their mail server to know.
    """
    return typed.strip().casefold()


def deliverable_address(typed: str) -> str:
    """The address to write to: as it was typed, capital letters and all, but not where it is not ASCII.

    There casefold() can join two owners ("ß" and "ss"), and only the address that we verify may get the mail.
    """
    return typed if typed.isascii() else typed.casefold()


def mask_address(email: str) -> str:
    """Enough of an address for its owner to recognise it: its first character and its host."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host}"


class Reader(models.Model):
    """An email address. Typing it proves nothing: only a browser with a `ReaderSession` is its owner's."""

    class Standing(models.TextChoices):
        ORDINARY = "ordinary", gettext_lazy("ordinary: their earlier comments decide")
        TRUSTED = "trusted", gettext_lazy("trusted: published straight away, when verified")
        HELD = "held", gettext_lazy("held: every comment waits for a moderator")
        SUSPENDED = "suspended", gettext_lazy("suspended: no comments for some time")
        BANNED = "banned", gettext_lazy("banned: no comments")

    email = models.EmailField(
        pgettext_lazy("column", "email"), unique=True, help_text="In lower case, so that each address is one reader."
    )
    standing = models.CharField(
        pgettext_lazy("column", "standing"), max_length=10, choices=Standing, default=Standing.ORDINARY
    )
    suspended_until = models.DateTimeField(pgettext_lazy("column", "suspended until"), null=True, editable=False)
    verified_at = models.DateTimeField(pgettext_lazy("column", "verified at"), null=True, blank=True, editable=False)
    session_key = models.CharField(
        max_length=32, default=generate_key, editable=False, help_text="A new key ends every session."
    )
    sessions_ended_at = models.DateTimeField(null=True, editable=False, help_text="Older links do not sign in.")
    public_id = models.CharField(
        max_length=22, null=True, unique=True, editable=False, help_text="Of their public page, while they have one."
    )
    first_seen = models.DateTimeField(pgettext_lazy("column", "first seen"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("noun", "reader")
        verbose_name_plural = pgettext_lazy("noun", "readers")

    def __str__(self) -> str:
        return self.email

    @classmethod
    def of(cls, email: str) -> Reader:
        """The reader with this address, stored on first use."""
        return cls.find_or_build(email).ensure_stored()

    @classmethod
    def find_or_build(cls, email: str) -> Reader:
        """The reader with this address; a new one is not stored yet."""
        email = normalize_email(email)
        return BY_EMAIL.first(email=email) or cls(email=email)

    def ensure_stored(self, *, seen: datetime.datetime | None = None) -> Reader:
        """This reader, stored once even if the address comes for the first time twice at one moment.

        A new one was first `seen` then, or now.
        """
        if self.pk is None:
            self.first_seen = seen or self.first_seen
            INSERT_READER([self])
        return self

    @property
    def is_barred(self) -> bool:
        """Are their comments refused now?"""
        is_over = self.suspended_until is not None and self.suspended_until <= timezone.now()
        return self.standing == self.Standing.BANNED or (self.standing == self.Standing.SUSPENDED and not is_over)

    def verify(self) -> None:
        if self.verified_at is None:
            self.verified_at = timezone.now()
            self.save(update_fields=["verified_at"])
            # From now on the websites of others who typed the address are no links (thread_pages.py).
            if self.comments.filter(shown=True, is_verified=False).exclude(website="").exists():
                Clock.move_site()


INSERT_READER = ComposedInsert(Reader, unique="email")
BY_EMAIL = ComposedQuery(lambda: Reader.objects.filter(email=Parameter("email", models.CharField())))


class Erasure(models.Model):
    """A reader who is being erased (see comments/privacy/erasure.py)."""

    reader = models.OneToOneField(Reader, models.CASCADE, related_name="erasure")
    keeps_words = models.BooleanField(help_text="Published comments stay, without their writer's name.")
    begun_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"erasure {self.pk}"
