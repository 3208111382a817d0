"""The three formats of feeds: what the elements of each are called.

Sources: RSS 2.0 with content:encoded (RSS 1.0 content module) and wfw:commentRss (Comment API), RFC 4287 and RFC 4685
(Atom), JSON Feed 1.1, Media RSS 1.5.1; for licences RFC 4946 and the creativeCommons RSS module.
"""

from __future__ import annotations

import datetime
import json
import re
from io import StringIO
from typing import Any

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from blog.feeds.entry import Rights
from blog.images.embeds import Cover
from blog.media.players import Enclosure
from blog.text.validators import strip_unstorable

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
WELL_FORMED_WEB = "http://wellformedweb.org/CommentAPI/"
MEDIA_RSS = "http://search.yahoo.com/mrss/"
CREATIVE_COMMONS = "http://backend.userland.com/creativeCommonsRssModule"
TITLE = re.compile("<title>[^<]*")


def language_attribute(item: dict[str, Any]) -> dict[str, str]:
    """The attributes of an entry in a language of its own."""
    return {"xml:lang": item["language"]} if item["language"] else {}


class XmlFeed(SyndicationFeed):
    """RSS or Atom whose entries are rendered one by one, and kept: a feed joins them."""

    def latest_post_date(self) -> datetime.datetime:
        return max((entry.updated for entry in self.feed["entries"]), default=timezone.now())

    def write_items(self, handler: Any) -> None:
        for entry in self.feed["entries"]:
            handler.ignorableWhitespace(entry.text)  # as it is

    def render_items(self) -> str:
        buffer = StringIO()
        super().write_items(SimplerXMLGenerator(buffer, "utf-8", short_empty_elements=True))  # type: ignore[misc]
        return buffer.getvalue()


class RssFeed(XmlFeed, Rss201rev2Feed):
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
        return escape_titles(super().writeString(encoding))

    def render_items(self) -> str:
        return escape_titles(super().render_items())

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


def escape_titles(xml: str) -> str:
    """With numbers for what readers of titles may take for HTML (RSS Advisory Board, Best Practices Profile)."""
    return TITLE.sub(lambda title: title[0].replace("&lt;", "&#x3C;").replace("&amp;", "&#x26;"), xml)


class AtomFeed(XmlFeed, Atom1Feed):
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

    def render_items(self) -> str:
        return ", ".join(json.dumps(self.describe_item(item), ensure_ascii=False) for item in self.items)

    def describe_item(self, item: dict[str, Any]) -> dict[str, Any]:
        return (
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
        )

    def write(self, outfile: Any, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
            **json_rights(self.feed["rights"]),
        }
        head, items = json.dumps(feed, ensure_ascii=False), ", ".join(entry.text for entry in self.feed["entries"])
        outfile.write(f'{head[:-1]}, "items": [{items}]}}')


def json_attachment(file: Enclosure) -> dict[str, Any]:
    attachment = {"url": file.url, "mime_type": file.content_type, "size_in_bytes": file.bytes}
    return {**attachment, **({"duration_in_seconds": file.seconds} if file.seconds else {})}


def json_rights(rights: Rights | None) -> dict[str, Any]:
    """An extension of ours, as its underscore says: JSON Feed has no word for it."""
    return {"_rights": {"name": rights.words, "url": rights.url}} if rights else {}


FORMATS: dict[str | None, type[RssFeed | AtomFeed | JsonFeed]] = {None: RssFeed, "atom": AtomFeed, "json": JsonFeed}
