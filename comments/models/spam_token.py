"""What the spam filter has learned: in how many good and spam comments each feature occurred."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched, chain

from django.db import connection, models

from comments.spam.classifier import TokenCounts

# Features looked up in one query: databases limit the parameters of a statement.
LOOKUP_BATCH = 2_000
# By hand: a comment has sixty features or more, and the ORM would handle each ten times before it sends it.
COUNTS = "SELECT text, good, spam FROM comments_spamtoken WHERE text IN (TEXTS)"


class SpamTokenQuerySet(models.QuerySet["SpamToken"]):
    def counts_for(self, features: Iterable[str]) -> TokenCounts:
        """What is known of these features, for the classifier; one query for each two thousand."""
        words: dict[str, tuple[int, int]] = {}
        for batch in batched(chain([""], features), LOOKUP_BATCH):
            words |= self.rows(batch)
        good, spam = words.pop("", (0, 0))
        return TokenCounts(good, spam, words)

    def rows(self, features: Iterable[str]) -> dict[str, tuple[int, int]]:
        """The number of good and of spam comments by feature, for those features that were ever seen."""
        texts = list(features)
        with connection.cursor() as cursor:
            cursor.execute(COUNTS.replace("TEXTS", ", ".join(["%s"] * len(texts))), texts)
            return {text: (good, spam) for text, good, spam in cursor.fetchall()}


class SpamToken(models.Model):
    """One feature (see comments/spam/features.py). The row "" counts the comments themselves."""

    text = models.CharField(max_length=64, primary_key=True)
    good = models.PositiveIntegerField(default=0)
    spam = models.PositiveIntegerField(default=0)

    objects = SpamTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text
