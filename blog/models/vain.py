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
LENGTH = 100
# Different searches kept: what machines ask for would fill any table.
MOST = 5_000
# How long they are kept, and how long one reader's asking again counts as the same asking.
KEPT, ONE_READER = timedelta(days=90), timedelta(days=1)


class VainSearchQuerySet(models.QuerySet):
    def most_wanted(self) -> Self:
        return self.order_by("-count", "-last_at")

    def note(self, words: str, *, address: str) -> None:
        """`words` found nothing for the reader at this network address, which is not kept: he counts once a day."""
        words = words.casefold().strip()
        if not words or len(words) > LENGTH:
            return
        reader = salted_hmac("blog.vain", f"{address} {words}", algorithm="sha256").hexdigest()[:32]
        if cache.add(f"vain:{reader}", 1, ONE_READER.total_seconds()):
            self.count_one(words)

    @transaction.atomic
    def count_one(self, words: str) -> None:
        now = timezone.now()
        if self.filter(words=words).update(count=F("count") + 1, last_at=now) or self.count() >= MOST:
            return
        # Two at once: the second finds it there.
        self.bulk_create([self.model(words=words, last_at=now)], ignore_conflicts=True)

    def forget(self) -> int:
        """Delete what nobody has asked for in a long time; how many."""
        return self.filter(last_at__lt=timezone.now() - KEPT).delete()[0]


class VainSearch(models.Model):
    """Words for which nothing was found, and by how many readers, a day each, they were asked for."""

    words = models.CharField(max_length=LENGTH, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(db_index=True)

    objects = VainSearchQuerySet.as_manager()

    def __str__(self):
        return self.words
