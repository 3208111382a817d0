"""The addresses of feeds: the whole site's, a tag's, an author's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from blog.feeds.entries import MAX_ENTRIES, post_entries
from blog.feeds.entry import RenderedEntry
from blog.feeds.response import feed_response, render_entries
from blog.models import Author, Post, Tag
from blog.models.post_queryset import PostQuerySet
from blog.page_cache import cached_site_page, cached_value, cached_values
from blog.text.site_values import site
from blog.views.by_slug import get_by_slug_or_404


@require_safe
@cached_site_page
def site_feed(request: HttpRequest, *, format: str | None = None) -> HttpResponse:
    entries = render_latest_posts(request, Post.objects.all(), name="/", format=format)
    return feed_response(request, format=format, title=site().name, page="/", entries=entries)


@require_safe
@cached_site_page
def tag_feed(request: HttpRequest, *, tag: str, format: str | None = None) -> HttpResponse:
    return tag_or_author_feed(request, get_by_slug_or_404(Tag, tag), format)


@require_safe
@cached_site_page
def author_feed(request: HttpRequest, *, author: str, format: str | None = None) -> HttpResponse:
    return tag_or_author_feed(request, get_by_slug_or_404(Author, author), format)


def tag_or_author_feed(request: HttpRequest, subject: Tag | Author, format: str | None) -> HttpResponse:
    page, title = subject.get_absolute_url(), f"{subject.name} · {site().name}"
    entries = render_latest_posts(request, Post.objects.belonging_to(subject), name=page, format=format)
    return feed_response(request, format=format, title=title, page=page, entries=entries)


def render_latest_posts(
    request: HttpRequest, posts: PostQuerySet, *, name: str, format: str | None
) -> list[RenderedEntry]:
    """The entries of the latest of `posts`, each rendered once for all feeds; `name` says to the cache which posts."""

    def find_latest() -> list[int]:
        return list(posts.published().latest_first().values_list("pk", flat=True)[:MAX_ENTRIES])

    def render(missing: list[str]) -> dict[str, RenderedEntry]:
        entries = post_entries(Post.objects.filter(pk__in=[names[name] for name in missing]))
        rendered = dict(zip(entries, render_entries(entries.values(), format), strict=True))
        return {name: rendered[names[name]] for name in missing if names[name] in rendered}

    ids = cached_value(request, f"latest-{name}", find_latest)
    names = {f"feed-{format}-{pk}-{get_language()}": pk for pk in ids}
    rendered = cached_values(request, names, render)
    return [rendered[name] for name in names if name in rendered]
