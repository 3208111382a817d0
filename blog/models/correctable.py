"""A text that readers have seen can be corrected: the notes for readers, and whom they may thank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.functional import cached_property

from blog.models.publishable import Publishable

if TYPE_CHECKING:
    from blog.models.correction import Correction
    from blog.models.review import ReviewNote


class Correctable(Publishable):
    """A model with correction notes."""

    if TYPE_CHECKING:
        corrections: Any  # its Correction rows
        review_notes: Any  # its ReviewNote rows
        versions: Any  # its Version rows
        edition: Any  # a field of the model itself

    class Meta:
        abstract = True

    def update_corrected_at(self) -> None:
        """Store the time of the latest correction note: pages of a post without one do not look for notes."""
        self.corrected_at = self.corrections.aggregate(at=Max("corrected_at"))["at"]
        type(self)._base_manager.filter(pk=self.pk).update(corrected_at=self.corrected_at)
        self.__dict__.pop("correction_notes", None)

    @cached_property
    def correction_notes(self) -> list[Correction]:
        """The correction notes, oldest first; no query for a post that has none."""
        return list(self.corrections.all()) if self.corrected_at else []

    @cached_property
    def creditable_notes(self) -> list[ReviewNote]:
        """The open notes that were made of what readers said, for whom a correction note may say thanks."""
        return list(self.review_notes.creditable()) if self.was_public else []

    @cached_property
    def was_public(self) -> bool:
        """Was it ever public? Asked by a form before it changes anything."""
        return self.is_public or bool(self.edition and self.versions.published().exists())
