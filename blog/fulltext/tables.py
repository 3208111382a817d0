"""What search looks into: every text readers may find, as the keys of its words."""

from django.db import models


class SearchEntry(models.Model):
    """One text. Triggers of the database keep its own full text index in step with `keys` (blog/search/).

    Numbers grow with time, so that the newest entries are those with the largest.
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
    """A word that some text holds or held: what is offered instead of one that nothing holds."""

    word = models.CharField(max_length=64, primary_key=True)
    backwards = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.word
