"""Registers the kinds of text that can be searched: each app adds its own when the site starts (decision 0018)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import DateTimeField, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from blog.fulltext.documents import Document
from blog.markup import extract
from blog.models import Page, Post
from blog.models.composed_query import ComposedQuery, Numbers, Parameter
from blog.models.post_queryset import with_author_list

# Rows of a time and an id, read at once.
BATCH_SIZE = 10_000


@dataclass
class SearchHit:
    """A text as the results page shows it; `names` are pairs of a name and its address, or ""."""

    title: str
    url: str
    at: datetime.datetime
    text: str
    names: list[tuple[str, str]] = field(default_factory=list)


class IndexedTexts(Protocol):
    """One kind of text in the index; `kind` is its name there."""

    kind: str

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        """Time and id of every text to be indexed, the oldest first."""

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The documents of those texts among these that are to be indexed."""


class SearchProvider(IndexedTexts, Protocol):
    """One kind of text that readers find. `section` is the part of the results that they can pick, as in addresses,
    and `label` its heading. `has_titles`: each text has a title of its own."""

    section: str

    @property
    def label(self) -> Promise: ...

    has_titles: bool

    def public_versions(self, ids: Iterable[int]) -> dict[int, int]:
        """Those of these texts that every reader may read now, with the version of each."""

    def load_hits(self, ids: Iterable[int]) -> dict[int, SearchHit]: ...

    def writer_names(self, ids: Iterable[int]) -> list[str]:
        """The names above those of these texts that every reader may read now and whose writers have no profile."""


PROVIDERS: dict[str, SearchProvider] = {}


def register_provider(provider: SearchProvider) -> None:
    PROVIDERS[provider.kind] = provider


def read_by_age(texts: QuerySet[Any, Any], column: str) -> Iterator[tuple[datetime.datetime, int]]:
    """Yield the time in `column` and the id of each, the oldest first; a batch at a time, for there may be millions."""
    rows = texts.order_by(column, "pk").values_list(column, "pk")
    batch = list(rows[:BATCH_SIZE])
    while batch:
        yield from batch
        at, pk = batch[-1]
        later = Q(**{f"{column}__gt": at}) | Q(pk__gt=pk)
        batch = list(rows.filter(later, **{f"{column}__gte": at})[:BATCH_SIZE])


def published_among() -> QuerySet[Post, int]:
    published = Post.objects.published(now=Parameter("now", DateTimeField()))
    return published.filter(pk__in=Numbers("ids")).values_list("pk", flat=True)


def published_hits() -> QuerySet[Post]:
    published = Post.objects.published(now=Parameter("now", DateTimeField()))
    return published.filter(pk__in=Numbers("ids")).for_title_list("body_html")


PUBLISHED, HITS = ComposedQuery(published_among), ComposedQuery(published_hits)


class PostProvider:
    kind = Post.SEARCH_KIND
    section, label = "posts", gettext_lazy("Posts and pages")
    has_titles = True

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return read_by_age(Post.objects.published_or_scheduled(), "published_at")

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        posts = Post.objects.published_or_scheduled().filter(pk__in=ids)
        for post in posts.prefetch_related("authors", "tags").defer("body", "epigraph"):
            if document := post.as_document():
                yield document

    def public_versions(self, ids: Iterable[int]) -> dict[int, int]:
        return dict.fromkeys(PUBLISHED(ids=ids, now=timezone.now()), 0)

    def load_hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        posts = HITS(ids=ids, now=timezone.now())
        prefetch_related_objects(posts, with_author_list())
        return {
            post.pk: SearchHit(
                post.title,
                post.get_absolute_url(),
                post.publication_time,
                extract.plain_text(post.body_html),
                [(author.name, author.get_absolute_url()) for author in post.author_list],
            )
            for post in posts
        }

    def writer_names(self, ids: Iterable[int]) -> list[str]:
        return []


class PageProvider:
    kind = Page.SEARCH_KIND
    section, label = PostProvider.section, PostProvider.label
    has_titles = True

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return read_by_age(Page.objects.all(), "updated_at")

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        yield from filter(None, (page.as_document() for page in Page.objects.filter(pk__in=ids)))

    def public_versions(self, ids: Iterable[int]) -> dict[int, int]:
        return dict.fromkeys(Page.objects.filter(pk__in=ids).values_list("pk", flat=True), 0)

    def load_hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        return {
            page.pk: SearchHit(page.title, page.get_absolute_url(), page.updated_at, extract.plain_text(page.body_html))
            for page in Page.objects.filter(pk__in=ids)
        }

    def writer_names(self, ids: Iterable[int]) -> list[str]:
        return []
