"""Renders every feed of the site: its entries one by one, and the document around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from django.http import HttpRequest, HttpResponse

from blog.cards.card_html import strip_cards
from blog.feeds.entry import FeedEntry, RenderedEntry
from blog.feeds.formats import FORMATS, AtomFeed, JsonFeed, RssFeed
from blog.images.embeds import strip_renditions
from blog.media.players import strip_file_data
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from blog.text.validators import strip_unstorable

# Addresses in our HTML that only work on the site or on the page.
SITE_LINK = re.compile(r'( (?:href|src)=")/(?!/)')
FRAGMENT_LINK = re.compile(r'( href=")#')


def feed_response(
    request: HttpRequest,
    *,
    format: str | None,
    title: str,
    page: str,
    entries: Sequence[RenderedEntry],
    query: str = "",
) -> HttpResponse:
    """The feed of these entries in their format (None is RSS); `page` is the path of the page whose feed it is.

    `query` is the query string of the feed's own address with its question mark, or "".
    """
    rights = entries[0].rights if entries and all(entry.rights for entry in entries) else None
    feed = FORMATS[format](
        title=strip_unstorable(title),
        link=absolute_url(page),
        description=site().tagline,
        language=site().language,
        feed_url=absolute_url(request.path + query),
        author_name=site().name,  # required by Atom for entries without an author
        feed_copyright=rights and rights.words,
        rights=rights,
        entries=entries,
    )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def render_entries(entries: Iterable[FeedEntry], format: str | None) -> list[RenderedEntry]:
    """Each of these entries as text in this format (None is RSS)."""
    feed = FORMATS[format](title="", link="", description="")
    return [render_entry(entry, feed) for entry in entries]


def render_entry(entry: FeedEntry, feed: RssFeed | AtomFeed | JsonFeed) -> RenderedEntry:
    """The entry as `feed` writes it, alone."""
    feed.items.clear()
    feed.add_item(
        title=strip_unstorable(entry.title),
        link=absolute_url(entry.url),
        description=escape(strip_unstorable(entry.summary), quote=False),  # HTML to readers of RSS and Atom
        summary=strip_unstorable(entry.summary),
        unique_id=entry.uid,
        unique_id_is_permalink=False,
        pubdate=entry.published,
        updateddate=entry.updated,
        categories=[strip_unstorable(name) for name in entry.tags],
        names=[strip_unstorable(name) for name in entry.authors],
        language=entry.language,
        rights=entry.rights,
        item_copyright=entry.rights and entry.rights.words,
        files=[file._replace(url=absolute_url(file.url)) for file in entry.enclosures],
        replies=entry.replies and entry.replies.with_absolute_urls(),
        cover=entry.cover and entry.cover._replace(url=absolute_url(entry.cover.url)),
        html=absolutize_urls(strip_unstorable(entry.html), absolute_url(entry.url)),
    )
    return RenderedEntry(feed.render_items(), max(entry.published, entry.updated), entry.rights)


def absolutize_urls(html: str, page: str) -> str:
    """Make every address in our HTML absolute, for feed readers; `page` is that of the entry."""
    html = SITE_LINK.sub(rf"\g<1>{absolute_url('/')}", strip_file_data(strip_renditions(strip_cards(html))))
    return FRAGMENT_LINK.sub(rf"\g<1>{page.split('#')[0]}#", html)
