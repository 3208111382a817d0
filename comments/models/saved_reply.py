"""Saved replies: short texts that moderators put into a reply in the queue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.text.validators import is_pk, validate_single_line, validate_storable


class SavedReplyQuerySet(models.QuerySet["SavedReply"]):
    def find(self, text: str) -> SavedReply | None:
        """The one that a form names by its number."""
        return self.filter(pk=text).first() if is_pk(text) else None


class SavedReply(models.Model):
    """A text for replies, under a name by which moderators choose it. What was sent does not depend on it."""

    name = models.CharField(
        pgettext_lazy("column", "name"), max_length=60, unique=True, validators=[validate_single_line]
    )
    text = models.TextField(
        gettext_lazy("text"),
        max_length=2_000,
        validators=[validate_storable],
        help_text=gettext_lazy("Markdown, as in comments. Moderators can change it before they send it."),
    )
    place = models.PositiveSmallIntegerField(
        pgettext_lazy("column", "place"), default=0, help_text=gettext_lazy("Lower numbers come first.")
    )

    objects = SavedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "saved reply")
        verbose_name_plural = pgettext_lazy("noun", "saved replies")
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.name
