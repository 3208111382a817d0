"""The three formats of feeds, and the one function that renders every feed of the site.

Sources: RSS 2.0 with content:encoded (RSS 1.0 content module) and wfw:commentRss (Comment API), RFC 4287 and RFC 4685
(Atom), JSON Feed 1.1, Media RSS 1.5.1; for licences RFC 4946 and the creativeCommons RSS module.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date

from blog.cards.card_html import strip_cards
from blog.images.embeds import Cover, strip_renditions
from blog.media.players import Enclosure, strip_file_data
from blog.text.addresses import absolute_url
from blog.text.site_values import site
from blog.text.validators import strip_unstorable

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
WELL_FORMED_WEB = "http://wellformedweb.org/CommentAPI/"
MEDIA_RSS = "http://search.yahoo.com/mrss/"
CREATIVE_COMMONS = "http://backend.userland.com/creativeCommonsRssModule"
# Addresses in our HTML that only work on the site or on the page.
SITE_LINK = re.compile(r'( (?:href|src)=")/(?!/)')
TITLE = re.compile("<title>[^<]*")
FRAGMENT_LINK = re.compile(r'( href=")#')


class Rights(NamedTuple):
    """What others may do with a text: a name or a sentence, and the address of a licence or ""."""

    words: str
    url: str


class Replies(NamedTuple):
    """The comments on an entry: the paths of their page and of their feed as RSS.

    Not how many there are: every comment would change the feed of posts, and have it fetched and rendered again.
    """

    page: str
    feed: str

    def with_absolute_urls(self) -> Replies:
        return Replies(*map(absolute_url, self))


@dataclass
class FeedEntry:
    """An entry of a feed. `uid` never changes; `html` has addresses as on the page."""

    uid: str
    title: str
    url: str
    html: str
    summary: str
    published: datetime.datetime
    updated: datetime.datetime
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    language: str = ""  # where it differs from the feed's
    cover: Cover | None = None
    enclosures: list[Enclosure] = field(default_factory=list)
    replies: Replies | None = None
    rights: Rights | None = None  # of the site's own texts; comments are their writers'


def language_attribute(item: dict[str, Any]) -> dict[str, str]:
    """The attributes of an entry in a language of its own."""
    return {"xml:lang": item["language"]} if item["language"] else {}


class RssFeed(Rss201rev2Feed):
    """RSS with the full text in content:encoded and every author as dc:creator."""

    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": MEDIA_RSS,
            "xmlns:itunes": ITUNES,
            "xmlns:wfw": WELL_FORMED_WEB,
            "xmlns:creativeCommons": CREATIVE_COMMONS,
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        self.add_licence(handler, self.feed["rights"])

    def add_licence(self, handler: Any, rights: Rights | None) -> None:
        if rights and rights.url:
            handler.addQuickElement("creativeCommons:license", rights.url)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return language_attribute(item)

    def writeString(self, encoding: str) -> str:
        """With numbers for what readers of titles may take for HTML (RSS Advisory Board, Best Practices Profile)."""
        text: str = super().writeString(encoding)
        return TITLE.sub(lambda title: title[0].replace("&lt;", "&#x3C;").replace("&amp;", "&#x26;"), text)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["html"])
        for name in item["names"]:
            handler.addQuickElement("dc:creator", name)
        add_cover(handler, item["cover"])
        self.add_licence(handler, item["rights"])
        if replies := item["replies"]:
            handler.addQuickElement("comments", replies.page)
            handler.addQuickElement("wfw:commentRss", replies.feed)
        for file in item["files"][:1]:  # more than one confuses podcast programs (RSS Advisory Board)
            handler.addQuickElement("enclosure", "", enclosure_attributes(file, size="length", address="url"))
            if file.seconds:
                handler.addQuickElement("itunes:duration", str(file.seconds))


class AtomFeed(Atom1Feed):
    """Atom with the full text as content and every author."""

    content_type = "application/atom+xml; charset=utf-8"

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": MEDIA_RSS}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        self.add_licence(handler, self.feed["rights"])

    def add_licence(self, handler: Any, rights: Rights | None) -> None:
        if rights and rights.url:
            handler.addQuickElement("link", "", {"rel": "license", "href": rights.url})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return language_attribute(item)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})
        for name in item["names"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        for file in item["files"]:
            handler.addQuickElement(
                "link", "", {"rel": "enclosure", **enclosure_attributes(file, size="length", address="href")}
            )
        add_cover(handler, item["cover"])
        self.add_licence(handler, item["rights"])
        if replies := item["replies"]:
            for kind, address in (("text/html", replies.page), ("application/atom+xml", f"{replies.feed}atom/")):
                handler.addQuickElement("link", "", {"rel": "replies", "type": kind, "href": address})


def enclosure_attributes(file: Enclosure, *, size: str, address: str) -> dict[str, str]:
    return {address: file.url, "type": file.content_type, size: str(file.bytes)}


def add_cover(handler: Any, cover: Cover | None) -> None:
    """The cover of an entry of RSS or Atom."""
    if cover is None:
        return
    size = {"width": str(cover.width), "height": str(cover.height)}
    handler.startElement("media:content", {"url": cover.url, "type": cover.kind, "medium": "image", **size})
    if cover.alt:
        handler.addQuickElement("media:description", strip_unstorable(cover.alt), {"type": "plain"})
    handler.endElement("media:content")


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
                **({"attachments": list(map(json_attachment, item["files"]))} if item["files"] else {}),
                **({"image": item["cover"].url} if item["cover"] else {}),
            }
            | ({"language": item["language"]} if item["language"] else {})
            | json_rights(item["rights"])
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
            **json_rights(self.feed["rights"]),
        }
        json.dump(feed, outfile, ensure_ascii=False)


def json_attachment(file: Enclosure) -> dict[str, Any]:
    attachment = {"url": file.url, "mime_type": file.content_type, "size_in_bytes": file.bytes}
    return {**attachment, **({"duration_in_seconds": file.seconds} if file.seconds else {})}


def json_rights(rights: Rights | None) -> dict[str, Any]:
    """An extension of ours, as its underscore says: JSON Feed has no word for it."""
    return {"_rights": {"name": rights.words, "url": rights.url}} if rights else {}


FORMATS: dict[str | None, type[RssFeed | AtomFeed | JsonFeed]] = {None: RssFeed, "atom": AtomFeed, "json": JsonFeed}


def feed_response(
    request: HttpRequest, *, format: str | None, title: str, page: str, entries: Iterable[FeedEntry], query: str = ""
) -> HttpResponse:
    """Render `entries` as a feed in this format (None is RSS); `page` is the path of the page whose feed it is.

    `query` is the query string of the feed's own address with its question mark, or "".
    """
    entries = list(entries)
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
    )
    for entry in entries:
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
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def absolutize_urls(html: str, page: str) -> str:
    """Make every address in our HTML absolute, for feed readers; `page` is that of the entry."""
    html = SITE_LINK.sub(rf"\g<1>{absolute_url('/')}", strip_file_data(strip_renditions(strip_cards(html))))
    return FRAGMENT_LINK.sub(rf"\g<1>{page.split('#')[0]}#", html)
