"""Earlier versions of a comment, for moderators."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.html import linebreaks
from django.utils.safestring import SafeString

from blog.markup.limits import TooCostly
from blog.markup.renderer import render_reader_markdown


class Revision(models.Model):
    """The text of a comment before it was edited; `by` and `note` are about that edit."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="revisions")
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_writer = models.BooleanField(default=False, help_text="Edited by the comment's own writer.")
    note = models.CharField(max_length=250, blank=True, help_text="Why it was edited; shown under the comment.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["comment", "version"], name="revision_is_unique")]

    def __str__(self) -> str:
        return f"{self.comment_id}, version {self.version}"

    @property
    def html(self) -> SafeString:
        """Rendered when it is asked for, which is rare; a text older than our limits is shown as it was typed."""
        try:
            return render_reader_markdown(self.body)
        except TooCostly:
            return SafeString(linebreaks(self.body, autoescape=True))
