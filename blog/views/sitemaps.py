"""What search engines may find: posts by thousands, and the pages that list them."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from blog.models import Author, Page, Post, Series, Source, Tag
from blog.models.translatable import alternates_of
from blog.page_cache import cached_value, numbered_site_page


class SiteUrlSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    """A section whose addresses begin with SITE_URL, whatever name the request used."""

    limit = 1_000  # made in some 60 ms; the protocol would take 50,000

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def paginator(self) -> Any:
        """With the number of its rows, which each page of a section asks for, counted once."""
        paginator = super().paginator
        paginator.count = cached_value(self.request, f"sitemap-{self.name}", self.count)
        return paginator

    @property
    def name(self) -> str:
        return type(self).__name__

    def count(self) -> int:
        rows: Any = self.items()
        return int(rows.count())

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_latest_lastmod(self) -> None:
        """Left out of the index: Django would read every row of the section for it."""


class PostSitemap(SiteUrlSitemap):
    """Every listed post but those that search engines are not to list, here or at all."""

    def count(self) -> int:
        """All, less those left out: an exclusion would take three times as long to count."""
        published = Post.objects.published()
        return published.count() - published.filter(pk__in=left_out()).count()

    def items(self) -> QuerySet[Post]:
        shown = ("slug", "published_on", "published_at", "updated_at", "corrected_at", "translation_of")
        return Post.objects.published().exclude(pk__in=left_out()).latest_first().only(*shown)

    def lastmod(self, post: Post) -> datetime.datetime:
        return post.changed_at

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        """With the translations of those that have any: one more query, if there are."""
        urls: list[dict[str, Any]] = super().get_urls(page, site, protocol)
        ids = {url["item"].translation_of_id for url in urls} - {None}
        groups: defaultdict[int | None, list[Post]] = defaultdict(list)
        translations = Post.objects.published().filter(translation_of__in=ids).order_by("published_at", "id")
        for post in translations.for_alternates():
            groups[post.translation_of_id].append(post)
        for url in urls:
            if group := groups.get(url["item"].translation_of_id):
                url["alternates"] = [link._asdict() for link in alternates_of(group)]
        return urls


def left_out() -> QuerySet[Post, Any]:
    """The ids, from two indexes alone, with those in the trash: to read the rows would mean to read their texts."""
    others = Post.everything.filter(canonical_url__gt="").values("pk")
    return Post.everything.filter(is_noindex=True).values("pk").union(others, all=True)


class PageSitemap(SiteUrlSitemap):
    def items(self) -> QuerySet[Page]:
        return Page.objects.all()

    def lastmod(self, page: Page) -> datetime.datetime:
        return page.updated_at


class ListingSitemap(SiteUrlSitemap):
    """The pages of those of a model that have something for readers."""

    def __init__(self, request: HttpRequest, model: type[Tag | Author | Series | Source]) -> None:
        super().__init__(request)
        self.model = model

    @property
    def name(self) -> str:
        return self.model.__name__

    def items(self) -> QuerySet[Any]:
        return self.model.objects.public()


SECTIONS: dict[str, Callable[[HttpRequest], SiteUrlSitemap]] = {
    "posts": PostSitemap,
    "pages": PageSitemap,
    "tags": partial(ListingSitemap, model=Tag),
    "authors": partial(ListingSitemap, model=Author),
    "series": partial(ListingSitemap, model=Series),
    "sources": partial(ListingSitemap, model=Source),
}


def make_sections(request: HttpRequest) -> dict[str, Any]:
    return {name: make(request) for name, make in SECTIONS.items()}


@numbered_site_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sections that have something in them."""
    full = {name: section for name, section in make_sections(request).items() if section.paginator.count}
    return sitemaps.index(request, full, sitemap_url_name="sitemap")


@numbered_site_page
def sitemap_section(request: HttpRequest, *, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, make_sections(request), section)
