"""Drafts and unlisted posts in the search index: indexed like published ones, and returned by no search for readers."""

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
    """The posts that readers do not find, now or later; of one row, `is_found` says the same."""
    return Post.objects.exclude(status=Post.Status.PUBLISHED, visibility=Post.Visibility.LISTED)
