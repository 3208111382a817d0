"""What an import needs to know of the whole export before it stores the first text: collected by a first pass."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from registan.transfer.content.item_keys import ItemKeys
from registan.transfer.content.item_spool import ItemSpool
from registan.transfer.content.subscriber_keys import subscriber_key
from registan.transfer.content.thread_keys import ThreadKeys
from registan.transfer.elsewhere.foreign_reader import ForeignRecord
from registan.transfer.elsewhere.subscriber_lists import subscribers_of
from registan.transfer.models.element import Element
from registan.transfer.records.export_records import (
    Channel,
    DetachedThread,
    ExportedAuthor,
    ExportedSubscriber,
    Item,
    Term,
)
from registan.transfer.records.export_statuses import CommentKind, ItemKind, ItemStatus
from registan.transfer.wordpress_text.contract import Attachment

# What Co-Authors Plus calls its terms, and what it writes before each login.
CO_AUTHORS, CO_AUTHOR_PREFIX = "author", "cap-"
# Reusable blocks: the text of other items shows their content.
BLOCK_TYPE = "wp_block"
MENU_TAXONOMY = "nav_menu"
# What exports of our own say that made them: the logins of their authors are slugs.
OUR_GENERATOR = "Registan"
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")

# The kinds of the ledger for the kinds of records.
ITEM_ELEMENTS = {
    ItemKind.POST: Element.Kind.POST,
    ItemKind.PAGE: Element.Kind.PAGE,
    ItemKind.ATTACHMENT: Element.Kind.ATTACHMENT,
    ItemKind.MENU_ITEM: Element.Kind.MENU_ITEM,
    ItemKind.OTHER: Element.Kind.OTHER,
}
COMMENT_ELEMENTS = {
    CommentKind.COMMENT: Element.Kind.COMMENT,
    CommentKind.MENTION: Element.Kind.MENTION,
    CommentKind.NOTE: Element.Kind.NOTE,
    CommentKind.OTHER: Element.Kind.OTHER_COMMENT,
}

type TermKey = tuple[str, str]


@dataclass(slots=True)
class PlannedText:
    """A post or page as it will be found: `day` is that of a post's address, None while it has none.

    `slug` is the wanted one until `plan_addresses` makes it the free one.
    """

    key: str
    kind: ItemKind
    number: int
    link: str
    slug: str
    title: str
    status: ItemStatus
    local: datetime.datetime | None
    gmt: datetime.datetime | None
    has_password: bool
    is_page_here: bool = False
    moment: datetime.datetime | None = None
    day: datetime.date | None = None
    wanted: str = ""
    path: str = ""


@dataclass(slots=True)
class PlannedAuthor:
    """Somebody who has written: `declared` is what the export says of them, None if it says nothing."""

    login: str
    declared: ExportedAuthor | None = None
    has_texts: bool = False


@dataclass(slots=True)
class PlannedTerm:
    """A term that the head declares, or that items have: the first name is theirs."""

    taxonomy: str
    slug: str
    name: str
    parent_slug: str = ""
    description: str = ""
    number: int = 0


class ImportPlan:
    """Add every record of all files; ids, names and addresses are kept, and no texts but those of reusable blocks."""

    def __init__(self) -> None:
        self.home, self.title = "", ""
        self.is_our_own = False
        self.authors: dict[str, PlannedAuthor] = {}
        self.terms: dict[TermKey, PlannedTerm] = {}
        self.texts: dict[str, PlannedText] = {}
        self.attachments: dict[int, Attachment] = {}
        self.pictures_of: defaultdict[int, list[int]] = defaultdict(list)
        self.blocks: dict[int, str] = {}
        self.files, self.menu_items = ItemSpool(), ItemSpool()
        # The addresses of conversations without their pages, by key; and the keys of subscribers.
        self.threads: dict[str, str] = {}
        self.subscribers: dict[str, None] = {}
        self.counts: Counter[str] = Counter()
        self._keys, self._thread_keys = ItemKeys(), ThreadKeys()

    @property
    def item_count(self) -> int:
        return sum(self.counts[kind] for kind in (*ITEM_ELEMENTS.values(), Element.Kind.THREAD))

    @property
    def comment_count(self) -> int:
        return sum(self.counts[kind] for kind in COMMENT_ELEMENTS.values())

    def add(self, record: ForeignRecord) -> None:
        match record:
            case Channel():
                self.home, self.title = self.home or record.home, self.title or record.title
                self.is_our_own |= record.generator == OUR_GENERATOR
            case ExportedAuthor():
                self._author(record.login).declared = self._author(record.login).declared or record
            case Term():
                self._add_term(record)
            case Item():
                self._add_item(record)
            case DetachedThread():
                self._add_thread(record)
            case ExportedSubscriber():
                self._add_subscriber(record)

    def _add_thread(self, thread: DetachedThread) -> None:
        self.threads[self._thread_keys.key_of(thread)] = thread.address or thread.title
        self.counts[Element.Kind.THREAD] += 1
        for comment in thread.comments:
            self.counts[COMMENT_ELEMENTS[comment.kind]] += 1

    def _add_subscriber(self, subscriber: ExportedSubscriber) -> None:
        key = subscriber_key(subscriber)
        self.counts[Element.Kind.SUBSCRIBER] += key not in self.subscribers
        self.subscribers.setdefault(key)

    def _author(self, login: str) -> PlannedAuthor:
        return self.authors.setdefault(login, PlannedAuthor(login))

    def _add_term(self, term: Term) -> None:
        key = term.taxonomy, term.slug
        planned = self.terms.setdefault(key, PlannedTerm(term.taxonomy, term.slug, term.name))
        planned.parent_slug = planned.parent_slug or term.parent_slug
        planned.description = planned.description or term.description
        planned.number = planned.number or term.id

    def _add_item(self, item: Item) -> None:
        key, is_copy = self._keys.key_of(item)
        self.counts[ITEM_ELEMENTS[item.kind]] += 1
        for comment in item.comments:
            self.counts[COMMENT_ELEMENTS[comment.kind]] += 1
        is_text = item.kind in (ItemKind.POST, ItemKind.PAGE)
        if item.creator:
            self._author(item.creator).has_texts |= item.kind == ItemKind.POST
        self._add_references(item, is_text=is_text)
        for subscriber in subscribers_of(item):
            self._add_subscriber(subscriber)
        if is_copy:
            return
        if is_text:
            self._add_text(key, item)
        elif item.kind == ItemKind.ATTACHMENT:
            self._add_attachment(key, item)
        elif item.kind == ItemKind.MENU_ITEM:
            self.menu_items.append(key, item)
        elif item.post_type == BLOCK_TYPE:
            self.blocks.setdefault(item.id, item.content)

    def _add_references(self, item: Item, *, is_text: bool) -> None:
        for term in item.terms:
            if term.taxonomy == CO_AUTHORS:
                self._author(co_author_login(term.slug)).has_texts |= item.kind == ItemKind.POST
            else:
                slug = term.slug or term.name
                self.terms.setdefault((term.taxonomy, slug), PlannedTerm(term.taxonomy, slug, term.name))

    def _add_text(self, key: str, item: Item) -> None:
        self.texts[key] = PlannedText(
            key=key,
            kind=item.kind,
            number=item.id,
            link=item.link,
            slug=item.slug,
            title=item.title[:200],
            status=item.status,
            local=item.local,
            gmt=item.gmt,
            has_password=bool(item.password),
        )

    def _add_attachment(self, key: str, item: Item) -> None:
        self.files.append(key, item)
        alt = " ".join(item.meta("_wp_attachment_image_alt").split())
        file = Attachment(item.file_url, alt=alt, caption=item.excerpt.strip(), title=item.title)
        if self.attachments.setdefault(item.id, file) is file and item.parent_id and is_picture(item.file_url):
            self.pictures_of[item.parent_id].append(item.id)

    def attached_pictures(self, number: int) -> Iterable[Attachment]:
        """The pictures that were uploaded to a post, in their order."""
        return [self.attachments[picture] for picture in self.pictures_of.get(number, ())]


def co_author_login(slug: str) -> str:
    return slug.removeprefix(CO_AUTHOR_PREFIX)


def is_picture(address: str) -> bool:
    return address.partition("?")[0].lower().endswith(_PICTURE_ENDINGS)
