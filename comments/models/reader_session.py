"""The browsers in which readers are signed in, one row each to sign out: how many, and for how long."""

from __future__ import annotations

import datetime
import hashlib
from contextlib import suppress

from django.db import DatabaseError, models, transaction
from django.utils import timezone

from blog.models.clock import now_to_the_second
from blog.models.composed_query import ComposedQuery, Parameter
from comments.models.reader import Reader, generate_key
from comments.web import user_agents

# Browsers of one reader: more than anyone has, and few enough for a page.
MAX_SESSIONS = 20


def hash_session_key(key: str) -> str:
    """What we store of a key, so that a copy of the database signs nobody in. 128 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


class ReaderSession(models.Model):
    """A browser that carries the row's id and key, signed (see comments/readers/session.py)."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=64, editable=False, help_text="A hash of the key.")
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(default=now_to_the_second)
    last_seen_on = models.DateField(default=timezone.localdate, help_text="Only the day: the hour is private.")

    class Meta:
        verbose_name_plural = "sessions"
        ordering = ["-last_seen_on", "-id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """For example "Firefox on Linux", as far as we know."""
        return user_agents.describe_browser(self.browser, self.system)

    @classmethod
    @transaction.atomic
    def issue(cls, reader: Reader, *, agent: str, max_age: datetime.timedelta) -> tuple[ReaderSession, str]:
        """Create a session for a browser with this user agent; returns it and its key. Deletes expired sessions."""
        reader.sessions.filter(last_seen_on__lt=timezone.localdate() - max_age).delete()
        latest = reader.sessions.values_list("pk", flat=True)[: MAX_SESSIONS - 1]
        reader.sessions.exclude(pk__in=list(latest)).delete()
        browser, system = user_agents.parse_user_agent(agent)
        key = generate_key()
        return cls.objects.create(reader=reader, key=hash_session_key(key), browser=browser, system=system), key

    @classmethod
    def find_active(cls, pk: int, key: str) -> ReaderSession | None:
        """The session with this id and key, with its reader; None if it has ended. Marks it as seen once a day."""
        session = ACTIVE_SESSION.first(pk=pk, key=hash_session_key(key))
        if session and session.last_seen_on != timezone.localdate():
            session.last_seen_on = timezone.localdate()
            # Readers can read while the database accepts no writes.
            with suppress(DatabaseError), transaction.atomic():
                cls.objects.filter(pk=pk).update(last_seen_on=session.last_seen_on)
        return session


ACTIVE_SESSION = ComposedQuery(
    lambda: ReaderSession.objects.select_related("reader").filter(
        pk=Parameter("pk", models.BigIntegerField()),
        key=Parameter("key", models.CharField()),
        reader__verified_at__isnull=False,
    )
)
