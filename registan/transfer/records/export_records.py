"""The records of an export: channel, authors, terms, items, comments. Text is decoded, ids are numbers, 0 for none.

Times are naive: `local` as the blog's clocks showed it, `gmt` in GMT; None where the export has none
(`moments.find_moment` joins them). Slugs are decoded: WordPress writes them percent-encoded. Systems whose ids are
words get the numbers of `stable_ids`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from registan.transfer.records.export_statuses import (
    CommentKind,
    ContentFormat,
    ExportedCommentStatus,
    ItemKind,
    ItemStatus,
    comment_kind,
    comment_status,
    item_kind,
    item_status,
)
from registan.transfer.records.own_fields import OWN_META, OwnFields, parse_own_fields
from registan.transfer.records.php_values import UnreadablePhp, parse_php


@dataclass(frozen=True, slots=True)
class Channel:
    """The site, in plain text. `base_blog_url` is its home; `base_site_url` is that of a whole network of sites."""

    title: str
    link: str
    description: str
    language: str
    wxr_version: str
    base_site_url: str
    base_blog_url: str
    generator: str

    @property
    def home(self) -> str:
        """The blog's own address, by which an import knows it again; version 1.0 has no `base_blog_url`."""
        return (self.base_blog_url or self.base_site_url or self.link).rstrip("/")


@dataclass(frozen=True, slots=True)
class ExportedAuthor:
    """Somebody who owns an exported item. `id` is 0 in some exports; `description` is there in WordPress.com's."""

    id: int
    login: str
    email: str
    display_name: str
    first_name: str
    last_name: str
    description: str


@dataclass(frozen=True, slots=True)
class Meta:
    """A custom field, as the database has it: `value` may be serialised PHP (`php_values.parse_php`)."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term that the head of the export declares. `parent_slug` is "" at the root; `taxonomy` as WordPress has it."""

    id: int
    taxonomy: str
    slug: str
    parent_slug: str
    name: str
    description: str
    metas: tuple[Meta, ...]


@dataclass(frozen=True, slots=True)
class TermReference:
    """A term of an item, declared in the head or not. `slug` is "" where the exporter wrote the name alone."""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ItemComment:
    """A comment of an item, in the export's own order. The writer's IP address stays in the file.

    `parent_id` may be later, hidden, of another item, or nowhere. `content` is HTML with line breaks for paragraphs.
    """

    id: int
    parent_id: int
    user_id: int
    author_name: str
    author_email: str
    author_url: str
    local: datetime.datetime | None
    gmt: datetime.datetime | None
    content: str
    approved: str
    comment_type: str
    metas: tuple[Meta, ...]
    # Where it is another one than that of the item.
    content_format: ContentFormat | None = None

    @property
    def kind(self) -> CommentKind:
        return comment_kind(self.comment_type)

    @property
    def status(self) -> ExportedCommentStatus:
        return comment_status(self.approved)

    @property
    def is_public(self) -> bool:
        """May readers see it? Neither notes nor types that we don't know."""
        is_known = self.kind in (CommentKind.COMMENT, CommentKind.MENTION)
        return is_known and self.status == ExportedCommentStatus.APPROVED


class ItemComments(Protocol):
    """The comments of an item: counted, and read as often as needed, without all of them in memory."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[ItemComment]: ...


@dataclass(frozen=True, slots=True)
class Item:
    """A post, page, attachment, menu item, or something else; the `number`th item of the file `part`.

    `id` and `guid` name it together: merged exports repeat ids. `content` is as the editor stored it, `link` the
    address at the time of the export, `password` in clear text.
    """

    part: str
    number: int
    id: int
    parent_id: int
    post_type: str
    post_status: str
    title: str
    link: str
    guid: str
    creator: str
    content: str
    excerpt: str
    slug: str
    local: datetime.datetime | None
    gmt: datetime.datetime | None
    modified_local: datetime.datetime | None
    modified_gmt: datetime.datetime | None
    comment_status: str
    ping_status: str
    menu_order: int
    password: str
    is_sticky: bool
    attachment_url: str
    terms: tuple[TermReference, ...]
    metas: tuple[Meta, ...]
    comments: ItemComments
    content_format: ContentFormat = ContentFormat.WORDPRESS

    @property
    def kind(self) -> ItemKind:
        return item_kind(self.post_type)

    @property
    def status(self) -> ItemStatus:
        return item_status(self.post_status)

    def meta(self, key: str) -> str:
        """The first value of a custom field, "" if there is none."""
        return next((meta.value for meta in self.metas if meta.key == key), "")

    @property
    def own(self) -> OwnFields:
        """What an export of our own says beside WordPress's fields; nothing in any other."""
        return parse_own_fields(self.meta(OWN_META))

    @property
    def file_url(self) -> str:
        """Where the file of an attachment was uploaded: some exports leave the address out, and the guid has it."""
        return self.attachment_url or self.guid

    def statuses_before_trash(self) -> dict[int, ExportedCommentStatus]:
        """What comments were before their post went to the trash, by id; empty where WordPress did not note it."""
        try:
            statuses = parse_php(self.meta("_wp_trash_meta_comments_status"))
        except UnreadablePhp:
            return {}
        pairs = statuses.items() if isinstance(statuses, dict) else ()
        return {key: comment_status(str(value)) for key, value in pairs if isinstance(key, int)}


@dataclass(frozen=True, slots=True)
class DetachedThread:
    """The comments of a page that is not in the export: it belongs where `address` leads: absolute, a path, or
    "" where nobody knows.

    Several may have addresses that lead to one page. `item` has the comments in the form in which posts have theirs.
    """

    part: str
    number: int
    id: int
    address: str
    title: str
    comment_status: str
    comments: ItemComments
    content_format: ContentFormat

    @property
    def item(self) -> Item:
        """An item of no type, with nothing but what belongs to the thread."""
        return Item(
            part=self.part,
            number=self.number,
            id=self.id,
            parent_id=0,
            post_type="",
            post_status="",
            title=self.title,
            link=self.address,
            guid=self.address,
            creator="",
            content="",
            excerpt="",
            slug="",
            local=None,
            gmt=None,
            modified_local=None,
            modified_gmt=None,
            comment_status=self.comment_status,
            ping_status="",
            menu_order=0,
            password="",
            is_sticky=False,
            attachment_url="",
            terms=(),
            metas=(),
            comments=self.comments,
            content_format=self.content_format,
        )


@dataclass(frozen=True, slots=True)
class ExportedSubscriber:
    """Somebody who asked the old site for email, and did not take it back: a wish to be asked once, no subscription.

    `post_id` is that of the one post whose comments they follow, 0 for new posts. `since` is in GMT, if it is known.
    """

    email: str
    name: str
    since: datetime.datetime | None
    post_id: int
