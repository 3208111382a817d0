"""A pass: one browser that is known to belong to a reader. One row a browser, so that each can be ended by itself."""

from __future__ import annotations

import datetime
import hashlib
from contextlib import suppress

from django.db import DatabaseError, models, transaction
from django.utils import timezone

from blog.models.clock import now_to_the_second
from comments.models.reader import Reader, generate_key
from comments.web import user_agents

# Browsers of one reader: more than anybody has, and few enough for a page.
MAX_SESSIONS = 20


def hash_session_key(key: str) -> str:
    """What is stored of a key: whoever reads the database has no pass. 128 bits of chance need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


class ReaderSession(models.Model):
    """What the browser carries is its number and its key, signed (passes.py)."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=64, editable=False, help_text="A hash of it.")
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(default=now_to_the_second)
    last_seen_on = models.DateField(default=timezone.localdate, help_text="The day alone: when he reads is his affair.")

    class Meta:
        verbose_name_plural = "sessions"
        ordering = ["-last_seen_on", "-id"]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """ "Firefox on Linux", as far as it is known."""
        return user_agents.describe_browser(self.browser, self.system)

    @classmethod
    @transaction.atomic
    def issue(cls, reader: Reader, *, agent: str, max_age: datetime.timedelta) -> tuple[ReaderSession, str]:
        """A new pass for a browser that calls itself `agent`, and its key. Those too old to be carried go."""
        reader.sessions.filter(last_seen_on__lt=timezone.localdate() - max_age).delete()
        kept = reader.sessions.values_list("pk", flat=True)[: MAX_SESSIONS - 1]  # those used last
        reader.sessions.exclude(pk__in=list(kept)).delete()
        browser, system = user_agents.parse_user_agent(agent)
        key = generate_key()
        return cls.objects.create(reader=reader, key=hash_session_key(key), browser=browser, system=system), key

    @classmethod
    def find_active(cls, pk: int, key: str) -> ReaderSession | None:
        """The pass with this number and key, with its reader; None when it was ended. Marked as seen once a day."""
        rows = cls.objects.select_related("reader")
        found = rows.filter(pk=pk, key=hash_session_key(key), reader__verified_at__isnull=False).first()
        if found and found.last_seen_on != timezone.localdate():
            found.last_seen_on = timezone.localdate()
            # A reader may read on a disk that takes no writing just now.
            with suppress(DatabaseError), transaction.atomic():
                cls.objects.filter(pk=pk).update(last_seen_on=found.last_seen_on)
        return found
