"""What readers searched for and did not find: what an author might write about next."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.core.cache import cache
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

# Characters of a search that are kept: longer ones are pasted, not meant.
MAX_QUERY_CHARACTERS = 100
# Different searches kept: what machines ask for would fill any table.
MAX_SEARCH_MISSES = 5_000
# How long they are kept, and how long one reader's asking again counts as the same asking.
MISS_RETENTION, COUNT_AGAIN_AFTER = timedelta(days=90), timedelta(days=1)


class SearchMissQuerySet(models.QuerySet["SearchMiss"]):
    def most_wanted(self) -> Self:
        return self.order_by("-count", "-last_at")

    def record(self, words: str, *, address: str) -> None:
        """Count that `words` found nothing, once a day for each network address, which is not stored."""
        words = words.casefold().strip()
        if not words or len(words) > MAX_QUERY_CHARACTERS:
            return
        reader = salted_hmac("blog.vain", f"{address} {words}", algorithm="sha256").hexdigest()[:32]
        if cache.add(f"vain:{reader}", 1, COUNT_AGAIN_AFTER.total_seconds()):
            self.increment(words)

    @transaction.atomic
    def increment(self, words: str) -> None:
        now = timezone.now()
        if self.filter(query=words).update(count=F("count") + 1, last_at=now) or self.count() >= MAX_SEARCH_MISSES:
            return
        # Two at once: the second finds it there.
        self.bulk_create([self.model(query=words, last_at=now)], ignore_conflicts=True)

    def delete_expired(self) -> int:
        """Delete what nobody has asked for in a long time; how many."""
        return self.filter(last_at__lt=timezone.now() - MISS_RETENTION).delete()[0]


class SearchMiss(models.Model):
    """Words for which nothing was found, and by how many readers, a day each, they were asked for."""

    query = models.CharField(max_length=MAX_QUERY_CHARACTERS, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(db_index=True)

    objects = SearchMissQuerySet.as_manager()

    def __str__(self) -> str:
        return self.query
