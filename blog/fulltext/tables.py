"""The tables of the search index: every text that readers can find, as the keys of its words."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """A text in the index. Database triggers keep the full-text index in step with `keys`.

    Ids grow with time, so that the newest entries have the largest.
    """

    kind = models.CharField(max_length=8)
    object_id = models.PositiveBigIntegerField(help_text="The number of the post, page or comment.")
    version = models.PositiveIntegerField(default=0, help_text="Of the text: entries of another are not found.")
    at = models.DateTimeField()
    keys = models.TextField()

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_is_one")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchWord(models.Model):
    """A word of some text, to be suggested in place of one that is not found."""

    word = models.CharField(max_length=64, primary_key=True)
    backwards = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.word
