"""The addresses of feeds: the whole site's, a tag's, an author's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from blog.feeds.entries import post_entries
from blog.feeds.formats import feed_response
from blog.models import Author, Post, Tag
from blog.page_cache import cached_site_page
from blog.text.site_values import site


@require_safe
@cached_site_page
def site_feed(request: HttpRequest, *, format: str | None = None) -> HttpResponse:
    entries = post_entries(Post.objects.all())
    return feed_response(request, format=format, title=site().name, page="/", entries=entries)


@require_safe
@cached_site_page
def tag_feed(request: HttpRequest, *, tag: str, format: str | None = None) -> HttpResponse:
    return tag_or_author_feed(request, get_object_or_404(Tag, slug=tag), format)


@require_safe
@cached_site_page
def author_feed(request: HttpRequest, *, author: str, format: str | None = None) -> HttpResponse:
    return tag_or_author_feed(request, get_object_or_404(Author, slug=author), format)


def tag_or_author_feed(request: HttpRequest, subject: Tag | Author, format: str | None) -> HttpResponse:
    entries = post_entries(Post.objects.belonging_to(subject))
    title = f"{subject.name} · {site().name}"
    return feed_response(request, format=format, title=title, page=subject.get_absolute_url(), entries=entries)
