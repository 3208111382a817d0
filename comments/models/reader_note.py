"""What moderators note about a reader, for their colleagues."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.text.validators import validate_storable
from comments.models.reader import Reader

# Characters: a paragraph.
MAX_NOTE = 500


class ReaderNote(models.Model):
    """One note. Never changed, so that it stays what somebody wrote then; deleted if it is wrong, and with the reader.

    It is personal data: in the copy that a moderator hands out (comments/admin/reader.py), and on no public page.
    """

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="notes")
    text = models.TextField(gettext_lazy("note"), max_length=MAX_NOTE, validators=[validate_storable])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("column", "by"),
    )
    at = models.DateTimeField(pgettext_lazy("column", "time"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("noun", "note on a reader")
        verbose_name_plural = pgettext_lazy("noun", "notes on a reader")
        ordering = ["id"]

    def __str__(self) -> str:
        """Without its words, which would stay in the admin's history when the note is deleted."""
        return f"#{self.pk}"
