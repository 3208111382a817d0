"""Earlier words of a comment, kept for moderators when somebody has changed them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Revision(models.Model):
    """The text as it stood before a change."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="revisions")
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_writer = models.BooleanField(default=False, help_text="Changed by whoever had written it.")
    note = models.CharField(max_length=250, blank=True, help_text="Why it was changed; shown under the comment.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["comment", "version"], name="revision_is_kept_once")]

    def __str__(self):
        return f"{self.comment_id}, version {self.version}"
