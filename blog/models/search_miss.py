"""What readers searched for and did not find: what an author might write about next."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from blog.models.daily_turns import take_turn

# Characters of a search that are kept: longer ones are pasted, not meant.
MAX_QUERY_CHARACTERS = 100
# Different searches kept, and how many of these may come in a day: what machines ask for would fill any table.
MAX_SEARCH_MISSES, MAX_NEW_A_DAY = 5_000, 500
# Searches counted of one neighbourhood in a day: more than a street of curious readers finds nothing for.
MAX_PER_NEIGHBOURHOOD = 30
# How long they are kept.
MISS_RETENTION = timedelta(days=90)


class SearchMissQuerySet(models.QuerySet["SearchMiss"]):
    def most_wanted(self) -> Self:
        return self.order_by("-count", "-last_at")

    def record(self, words: str, *, address: str) -> None:
        """Count that `words` found nothing, once a day for each home, so many a day for each neighbourhood."""
        words = words.casefold().strip()
        is_meant = 0 < len(words) <= MAX_QUERY_CHARACTERS
        if is_meant and take_turn("vain", words, address=address, limit=MAX_PER_NEIGHBOURHOOD):
            self.increment(words)

    @transaction.atomic
    def increment(self, words: str) -> None:
        now = timezone.now()
        if self.filter(query=words).update(count=F("count") + 1, last_at=now):
            return
        if (
            self.count() >= MAX_SEARCH_MISSES
            or self.filter(last_at__gt=now - timedelta(days=1)).count() >= MAX_NEW_A_DAY
        ):
            return
        # Two at once: the second finds it there.
        self.bulk_create([self.model(query=words, last_at=now)], ignore_conflicts=True)

    def delete_expired(self) -> int:
        """Delete what nobody has asked for in a long time; how many."""
        return self.expired().delete()[0]

    def expired(self) -> Self:
        """Those that are older."""
        return self.filter(last_at__lt=timezone.now() - MISS_RETENTION)


class SearchMiss(models.Model):
    """Words for which nothing was found, and by how many readers, a day each, they were asked for."""

    query = models.CharField(max_length=MAX_QUERY_CHARACTERS, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(db_index=True)

    objects = SearchMissQuerySet.as_manager()

    def __str__(self) -> str:
        return self.query
