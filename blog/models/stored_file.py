"""A row whose file lies in the storage: neither stays without the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import models


class StoredFile(models.Model):
    """A model with a `file`, which is stored before its row."""

    if TYPE_CHECKING:
        file: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row of a file that was just stored; the file is deleted when that fails."""
        try:
            super().save(*args, **kwargs)
        except Exception:
            if self._state.adding and self.file.name:
                default_storage.delete(self.file.name)
            raise
