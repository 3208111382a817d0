"""Where texts come from: each app that has some to be found says so here, once, when the site starts.

`blog` does not know `comments`, and yet one search looks through both: see docs/decisions/0018.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from blog.feeds import formats
from blog.markup import renderer
from blog.models import Page, Post


@dataclass
class Document:
    """A text as the index takes it in. `name` is that of a writer who has no profile."""

    object_id: int
    at: datetime.datetime
    text: str
    title: str = ""
    name: str = ""
    authors: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    version: int = 0


@dataclass
class SearchHit:
    """A text as a page of results shows it; `names` are (name, address or "")."""

    title: str
    url: str
    at: datetime.datetime
    text: str
    names: list[tuple[str, str]] = field(default_factory=list)


class SearchProvider(Protocol):
    """One kind of texts. `kind` is its name in the index; `section` that part of the results to which readers may
    narrow them, as it stands in addresses, and `label` as it is called. `has_titles`: each text has one of its own."""

    kind: str
    section: str
    label: Promise
    has_titles: bool

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        """Time and number of every text that may be found, now or when its time comes; the oldest first."""

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """Those of these numbers that may be found, now or when their time comes."""

    def public(self, ids: Iterable[int]) -> dict[int, int]:
        """Those of these that every reader may read at this moment, with the version of their text."""

    def hits(self, ids: Iterable[int]) -> dict[int, SearchHit]: ...

    def entries(self, ids: Iterable[int]) -> list[formats.FeedEntry]: ...


PROVIDERS: dict[str, SearchProvider] = {}


def register_provider(source: SearchProvider) -> None:
    PROVIDERS[source.kind] = source


class PostProvider:
    kind = "post"
    section, label = "posts", gettext_lazy("Posts and pages")
    has_titles = True

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        posts = Post.objects.filter(status=Post.Status.PUBLISHED).order_by("published_at", "pk")
        return posts.values_list("published_at", "pk").iterator()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        posts = Post.objects.filter(status=Post.Status.PUBLISHED, pk__in=ids)
        for post in posts.prefetch_related("authors", "tags").defer("body", "epigraph"):
            parts = [post.summary, renderer.plain_text(post.epigraph_html), post.epigraph_source]
            yield Document(
                post.pk,
                post.published_at,
                text="\n".join([*parts, renderer.plain_text(post.body_html)]),
                title=post.title,
                authors=[author.pk for author in post.authors.all()],
                tags=[tag.pk for tag in post.tags.all()],
            )

    def public(self, ids: Iterable[int]) -> dict[int, int]:
        return dict.fromkeys(Post.objects.published().filter(pk__in=ids).values_list("pk", flat=True), 0)

    def hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        posts = Post.objects.published().filter(pk__in=ids).prefetch_related("authors")
        return {
            post.pk: SearchHit(
                post.title,
                post.get_absolute_url(),
                post.published_at,
                renderer.plain_text(post.body_html),
                [(author.name, author.get_absolute_url()) for author in post.authors.all()],
            )
            for post in posts.defer("body", "epigraph", "epigraph_html")
        }

    def entries(self, ids: Iterable[int]) -> list[formats.FeedEntry]:
        return formats.post_entries(Post.objects.filter(pk__in=ids))


class PageProvider:
    kind = "page"
    section, label = PostProvider.section, PostProvider.label
    has_titles = True

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return Page.objects.order_by("updated_at", "pk").values_list("updated_at", "pk").iterator()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        for page in Page.objects.filter(pk__in=ids):
            yield Document(page.pk, page.updated_at, renderer.plain_text(page.body_html), page.title)

    def public(self, ids: Iterable[int]) -> dict[int, int]:
        return dict.fromkeys(Page.objects.filter(pk__in=ids).values_list("pk", flat=True), 0)

    def hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        return {
            page.pk: SearchHit(
                page.title, page.get_absolute_url(), page.updated_at, renderer.plain_text(page.body_html)
            )
            for page in Page.objects.filter(pk__in=ids)
        }

    def entries(self, ids: Iterable[int]) -> list[formats.FeedEntry]:
        return formats.page_entries(Page.objects.filter(pk__in=ids))
