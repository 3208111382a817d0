"""Feeds of posts in RSS, Atom and JSON Feed, and the one function that makes every feed of the site.

Sources: RSS 2.0 with content:encoded (RSS 1.0 content module), RFC 4287 (Atom), JSON Feed 1.1.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.views.decorators.http import require_safe

from blog.images.embeds import strip_renditions
from blog.markup import renderer
from blog.markup.anchors import strip_anchors
from blog.models import Author, Page, Post, Tag
from blog.page_cache import cached_page
from blog.text.validators import strip_unstorable

# Entries in a feed: what a reader who looks in once a week has missed on a busy blog.
MAX_ENTRIES = 20
# Addresses in our own HTML that only mean something on the site or on the page.
SITE_LINK = re.compile(r'( (?:href|src)=")/(?!/)')
FRAGMENT_LINK = re.compile(r'( href=")#')


@dataclass
class FeedEntry:
    """One entry of a feed. `uid` names it for ever; `html` has addresses as they stand on the page."""

    uid: str
    title: str
    url: str
    html: str
    summary: str
    published: datetime.datetime
    updated: datetime.datetime
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class RssFeed(Rss201rev2Feed):
    """RSS with the whole text in content:encoded and every author as dc:creator."""

    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["html"])
        for name in item["names"]:
            handler.addQuickElement("dc:creator", name)


class AtomFeed(Atom1Feed):
    """Atom with the whole text as content and every author."""

    content_type = "application/atom+xml; charset=utf-8"

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})
        for name in item["names"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


class JsonFeed(SyndicationFeed):
    """JSON Feed 1.1."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        items = [
            {
                "id": item["unique_id"],
                "url": item["link"],
                "title": item["title"],
                "content_html": item["html"],
                "summary": item["summary"],
                "date_published": rfc3339_date(item["pubdate"]),
                "date_modified": rfc3339_date(item["updateddate"]),
                "authors": [{"name": name} for name in item["names"]],
                "tags": list(item["categories"]),
            }
            for item in self.items
        ]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
            "items": items,
        }
        json.dump(feed, outfile, ensure_ascii=False)


FORMATS: dict[str | None, type[SyndicationFeed]] = {None: RssFeed, "atom": AtomFeed, "json": JsonFeed}


def feed_response(
    request: HttpRequest, *, kind: str | None, title: str, page: str, entries: Iterable[FeedEntry], query: str = ""
) -> HttpResponse:
    """The feed `kind` (None is RSS) of `entries`; `page` is the path of the page whose feed it is.

    `query` is the part of the feed's own address behind the path, with its question mark, where it has one.
    """
    feed = FORMATS[kind](
        title=strip_unstorable(title),
        link=settings.SITE_URL + page,
        description=settings.SITE_TAGLINE,
        language=settings.LANGUAGE_CODE,
        feed_url=settings.SITE_URL + request.path + query,
        author_name=settings.SITE_NAME,  # Atom wants one, also where an entry names nobody
    )
    for entry in entries:
        feed.add_item(
            title=strip_unstorable(entry.title),
            link=settings.SITE_URL + entry.url,
            description=escape(
                strip_unstorable(entry.summary), quote=False
            ),  # readers of RSS and Atom take it for HTML
            summary=strip_unstorable(entry.summary),
            unique_id=entry.uid,
            unique_id_is_permalink=False,
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=[strip_unstorable(name) for name in entry.tags],
            names=[strip_unstorable(name) for name in entry.authors],
            html=absolutize_urls(strip_unstorable(entry.html), settings.SITE_URL + entry.url),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def absolutize_urls(html: str, page: str) -> str:
    """Our own HTML as it must stand in a feed reader: every address whole. `page` is the entry's own."""
    return FRAGMENT_LINK.sub(
        rf"\g<1>{page.split('#')[0]}#", SITE_LINK.sub(rf"\g<1>{settings.SITE_URL}/", strip_renditions(html))
    )


def post_entries(posts: QuerySet[Post]) -> list[FeedEntry]:
    """The latest of `posts`, in three queries, or four if one of them was corrected."""
    found = posts.published().latest_first().prefetch_related("authors", "tags").defer("body", "epigraph")
    latest = list(found[:MAX_ENTRIES])
    prefetch_related_objects([post for post in latest if post.corrected_at], "corrections")
    return [
        FeedEntry(
            uid=f"urn:uuid:{post.uid}",
            title=post.title,
            url=post.get_absolute_url(),
            html=strip_anchors(post.body_html) + render_corrections(post),
            summary=post.summary or post.opening,
            published=post.published_at,
            updated=post.changed_at,
            authors=[author.name for author in post.authors.all()],
            tags=[tag.name for tag in post.tags.all()],
        )
        for post in latest
    ]


def render_corrections(post: Post) -> str:
    """The correction notes as they stand under the post; "" where there are none."""
    if not post.correction_notes:
        return ""
    return render_to_string("blog/_corrections.html", {"corrections": post.correction_notes})


def page_entries(pages: QuerySet[Page]) -> list[FeedEntry]:
    """Standing pages, which have no day of their own but that of their last change."""
    return [
        FeedEntry(
            uid=settings.SITE_URL + page.get_absolute_url(),
            title=page.title,
            url=page.get_absolute_url(),
            html=strip_anchors(page.body_html),
            summary=renderer.opening_words(page.body_html),
            published=page.updated_at,
            updated=page.updated_at,
        )
        for page in pages
    ]


@require_safe
@cached_page
def site_feed(request: HttpRequest, *, kind: str | None = None) -> HttpResponse:
    entries = post_entries(Post.objects.all())
    return feed_response(request, kind=kind, title=settings.SITE_NAME, page="/", entries=entries)


@require_safe
@cached_page
def tag_feed(request: HttpRequest, *, tag: str, kind: str | None = None) -> HttpResponse:
    return tag_or_author_feed(request, get_object_or_404(Tag, slug=tag), kind)


@require_safe
@cached_page
def author_feed(request: HttpRequest, *, author: str, kind: str | None = None) -> HttpResponse:
    return tag_or_author_feed(request, get_object_or_404(Author, slug=author), kind)


def tag_or_author_feed(request: HttpRequest, one: Tag | Author, kind: str | None) -> HttpResponse:
    """The feed of a tag's or an author's posts."""
    title = f"{one.name} · {settings.SITE_NAME}"
    return feed_response(
        request,
        kind=kind,
        title=title,
        page=one.get_absolute_url(),
        entries=post_entries(Post.objects.belonging_to(one)),
    )
