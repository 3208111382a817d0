"""Drafts in the search index: texts that are indexed like published ones, and that no search for readers returns."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from blog.fulltext.documents import Document
from blog.fulltext.terms import DRAFT_KIND
from blog.models import Post
from blog.search.providers import read_by_age


class DraftProvider:
    kind = DRAFT_KIND

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return read_by_age(draft_posts(), "updated_at")

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        for post in draft_posts().filter(pk__in=ids).prefetch_related("authors", "tags").defer("body", "epigraph"):
            yield post.as_draft_document()


def draft_posts() -> QuerySet[Post]:
    """The posts that are neither published nor scheduled."""
    return Post.objects.exclude(status=Post.Status.PUBLISHED)
