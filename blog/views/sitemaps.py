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
from blog.page_cache import cache_page


class SiteUrlSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    """A section whose addresses begin with SITE_URL, whatever name the request used."""

    limit = 1_000  # made in some 60 ms; the protocol would take 50,000

    @cached_property
    def paginator(self) -> Any:
        """Counted once for each request."""
        return super().paginator

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_latest_lastmod(self) -> None:
        """Left out of the index: Django would read every row of the section for it."""


class PostSitemap(SiteUrlSitemap):
    """Every listed post but those that search engines are not to list, here or at all."""

    def items(self) -> QuerySet[Post]:
        # From two indexes alone, with those in the trash: to read the rows would mean to read their texts.
        others = Post.everything.filter(canonical_url__gt="").values("pk")
        left_out = Post.everything.filter(is_noindex=True).values("pk").union(others, all=True)
        listed = Post.objects.published().exclude(pk__in=left_out)
        shown = ("slug", "published_on", "published_at", "updated_at", "corrected_at", "translation_of")
        return listed.latest_first().only(*shown)

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


class PageSitemap(SiteUrlSitemap):
    def items(self) -> QuerySet[Page]:
        return Page.objects.all()

    def lastmod(self, page: Page) -> datetime.datetime:
        return page.updated_at


class ListingSitemap(SiteUrlSitemap):
    """The pages of those of a model that have something for readers."""

    def __init__(self, model: type[Tag | Author | Series | Source]) -> None:
        self.model = model

    def items(self) -> QuerySet[Any]:
        return self.model.objects.public()


def cached_sitemap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One of Django's views of sitemaps, from the page cache."""
    return cache_page(view, shows_comments=False, is_numbered=True)


SITEMAPS: dict[str, Callable[[], Any]] = {
    "posts": PostSitemap,
    "pages": PageSitemap,
    "tags": partial(ListingSitemap, Tag),
    "authors": partial(ListingSitemap, Author),
    "series": partial(ListingSitemap, Series),
    "sources": partial(ListingSitemap, Source),
}


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sections that have something in them."""
    sections = {name: make() for name, make in SITEMAPS.items()}
    full = {name: section for name, section in sections.items() if section.paginator.count}
    return sitemaps.index(request, full, sitemap_url_name="sitemap")
