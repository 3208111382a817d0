"""One entry of a feed: what it says, in whatever format, and as text in one of them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import NamedTuple

from blog.images.embeds import Cover
from blog.media.players import Enclosure
from blog.text.addresses import absolute_url


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


class RenderedEntry(NamedTuple):
    """An entry as text in one format, with what the feed around it is told: its latest date, and its rights."""

    text: str
    updated: datetime.datetime
    rights: Rights | None
