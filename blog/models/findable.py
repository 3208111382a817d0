"""A post in the search index: what readers find, and, apart from it, the drafts that only staff find."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.fulltext.terms import DRAFT_KIND


class Findable(models.Model):
    """A model whose rows are indexed as `SEARCH_KIND` once readers find them, and as `DRAFT_KIND` for staff before."""

    SEARCH_KIND = "post"
    # A row has an entry of one of these kinds.
    SEARCH_KINDS = (SEARCH_KIND, DRAFT_KIND)

    if TYPE_CHECKING:
        Status: Any
        status: Any
        title: Any
        published_at: Any
        updated_at: Any
        is_listed: Any
        is_trashed: Any
        author_list: Any
        tag_list: Any

        def plain_text(self) -> str: ...

    class Meta:
        abstract = True

    def update_search_index(self, before: Findable | None = None) -> None:
        """Index the row as what it is now, in the trash not at all; `before` is the row as it was indexed.

        Call it under the lock of its row.
        """
        if self.is_trashed:
            for kind in self.SEARCH_KINDS:
                index.remove(kind, [self.pk])
            return
        document = self.as_document()
        kind, other = self.SEARCH_KINDS if document else reversed(self.SEARCH_KINDS)
        if before and before.is_found != self.is_found:
            index.remove(other, [self.pk])
        index.put(kind, [document or self.as_draft_document()])

    @property
    def is_found(self) -> bool:
        """Is it published or scheduled, and listed?"""
        return self.status == self.Status.PUBLISHED and self.published_at is not None and self.is_listed

    def as_document(self) -> Document | None:
        """What the search index stores for readers; None unless they find it."""
        return self.build_document(self.published_at) if self.is_found else None

    def as_draft_document(self) -> Document:
        """What it stores for staff alone."""
        return self.build_document(self.updated_at)

    def build_document(self, at: datetime.datetime) -> Document:
        return Document(
            self.pk,
            at,
            text=self.plain_text(),
            title=self.title,
            authors=[author.pk for author in self.author_list],
            tags=[tag.pk for tag in self.tag_list],
        )
