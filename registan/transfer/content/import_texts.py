"""Stores posts and pages by their verbs: without email, dated as they were; what was changed here since is kept."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from blog.editing.trash_actions import move_to_trash, restore_entry
from blog.models import Author, Commentable, Conversation, Image, Page, Post, Tag, TrashEntry
from blog.models.fields import max_length_of
from comments.mail.fanout import mark_as_sent
from registan.transfer.content.import_files import StoredMedia
from registan.transfer.content.import_plan import CO_AUTHORS, ITEM_ELEMENTS, PlannedText, TermKey, co_author_login
from registan.transfer.content.old_text import OldText
from registan.transfer.content.own_post import (
    own_columns,
    own_uid,
    set_password_hash,
    set_series,
    store_corrections,
)
from registan.transfer.content.post_fields import PostFields, opens_conversation, read_post_fields, title_of
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow, hash_of
from registan.transfer.models.reasons import Remark, join_remarks
from registan.transfer.records.export_records import Item
from registan.transfer.records.export_statuses import CommentKind, ItemStatus
from registan.transfer.records.moments import LocalClock, find_moment
from registan.transfer.records.own_fields import OWN_META, own_moment

# What says whether somebody has changed a post or page here since it was imported. The conversation is not in it:
# whoever closes it has not changed the text, and an update leaves it alone.
POST_COLUMNS = (
    "title", "slug", "status", "published_at", "summary", "body", "is_pinned", "visibility", "seo_title",
    "canonical_url", "is_noindex", "cover_id",
)  # fmt: skip
PAGE_COLUMNS = ("title", "slug", "body")
# What of an item makes it another one: not its comments, and no fields that plug-ins count in.
SOURCE_FIELDS = (
    "parent_id", "post_type", "post_status", "title", "link", "creator", "content", "excerpt", "slug", "local", "gmt",
    "password", "is_sticky", "terms", "content_format",
)  # fmt: skip
SOURCE_METAS = ("_thumbnail_id", "_wp_old_slug", "enclosure", "footnotes", OWN_META)

type Subject = Post | Page


@dataclass(frozen=True, slots=True)
class TextContext:
    """What all texts of a run need: bylines, tags and files by their old names and ids, the clock and the time."""

    home: str
    authors: Mapping[str, Author]
    tags: Mapping[TermKey, Tag]
    files: Mapping[int, StoredMedia]
    clock: LocalClock
    now: datetime.datetime
    # Changes with what the texts link to and show, so that another run converts them again.
    digest: str


class TextImport:
    """Stores items that are posts or pages; call it in a transaction."""

    def __init__(self, ledger: Ledger, context: TextContext) -> None:
        self.ledger, self.context = ledger, context

    def source_hash(self, item: Item) -> str:
        metas = [(name, [meta.value for meta in item.metas if meta.key == name]) for name in SOURCE_METAS]
        return hash_of([self.context.digest, *(getattr(item, name) for name in SOURCE_FIELDS), metas])

    def create(self, item: Item, planned: PlannedText, text: OldText) -> Subject:
        if planned.is_page_here:
            page = Page(**{"conversation": self._page_conversation(item)} | own_columns(item, Page))
            page.updated_at = self._updated_at(item)
            if len(item.comments) and not page.has_conversation:  # what there is stays stored
                page.thread = Conversation.objects.create()
            self._save_page(page, item, planned, text, Outcome.CREATED)
            return page
        post = Post(uid=self._uid(item, planned), conversation=self._post_conversation(item))
        post.updated_at = own_moment(item.own, "updated_at") or planned.moment or self._updated_at(item)
        set_series(post, item.own)
        self._save_post(post, item, planned, text, Outcome.CREATED)
        store_corrections(post, item.own)
        return post

    def update(self, subject: Subject, known: Element, item: Item, planned: PlannedText, text: OldText) -> None:
        """Bring a row up to what the export says now, unless somebody has changed it here."""
        if local_hash(subject) != known.local_hash:
            self.ledger.record(known.kind, known.key, Outcome.UNCHANGED, reason="changed-here", detail=subject.title)
        elif subject.is_trashed and is_in_trash(item):
            self.ledger.confirm(known)
        elif isinstance(subject, Page) and not planned.is_page_here:
            self.ledger.record(known.kind, known.key, Outcome.UNCHANGED, reason="still-public", detail=subject.title)
        elif isinstance(subject, Page):
            self._save_page(subject, item, planned, text, Outcome.UPDATED, known)
        else:
            if subject.is_trashed:
                restore_entry(TrashEntry.objects.get(post=subject).pk, by=None)
                subject = Post.objects.get(pk=subject.pk)
            self._save_post(subject, item, planned, text, Outcome.UPDATED, known)

    def _save_page(
        self,
        page: Page,
        item: Item,
        planned: PlannedText,
        text: OldText,
        outcome: Outcome,
        known: Element | None = None,
    ) -> None:
        page.title, remarks = title_of(item, text, length=max_length_of(Page, "title"))
        page.slug, page.body = planned.slug, text.body
        if planned.wanted != planned.slug:
            remarks = [Remark("address-taken", f"{planned.wanted} → {planned.slug}"), *remarks]
        if not known or local_hash(page) != known.local_hash:
            page.save()
        self._record(page, item, planned, outcome, [*remarks, *text.remarks, *text.compare(page.body_html)], known)

    def _save_post(
        self,
        post: Post,
        item: Item,
        planned: PlannedText,
        text: OldText,
        outcome: Outcome,
        known: Element | None = None,
    ) -> None:
        fields = read_post_fields(item, planned, text, now=self.context.now)
        for name, value in fields.columns.items():
            setattr(post, name, value)
        post.set_password(fields.password)
        set_password_hash(post, item.own)
        post.cover = self._cover(item)
        authors, tags = self._authors(item), self._tags(item)
        # Columns that exports of our own alone bring are not in the hash.
        if not known or item.own or local_hash(post, authors=authors, tags=tags) != known.local_hash:
            self._store_post(post, fields, authors, tags)
        self._record(post, item, planned, outcome, [*fields.remarks, *text.compare(post.body_html)], known)

    def _store_post(self, post: Post, fields: PostFields, authors: list[Author], tags: list[Tag]) -> None:
        """By the verb for its status: none of them writes email about a post that nobody handed in here."""
        if post.status == Post.Status.REVIEW:
            post.hand_in(authors=authors, tags=tags)
        elif post.status == Post.Status.PUBLISHED and post.published_at:
            post.schedule(post.published_at, authors=authors, tags=tags)
            mark_as_sent(post)
        else:
            post.save_draft(authors=authors, tags=tags)
        if fields.is_trashed:
            move_to_trash(post, by=None)

    def _record(
        self,
        subject: Subject,
        item: Item,
        planned: PlannedText,
        outcome: Outcome,
        remarks: list[Remark],
        known: Element | None,
    ) -> None:
        reason, detail = join_remarks(remarks)
        stored = StoredRow(str(subject._meta.model_name), subject.pk, local_hash(subject))
        if known and known.local_hash == stored.local_hash:
            outcome = Outcome.UNCHANGED
        self.ledger.record(
            ITEM_ELEMENTS[item.kind],
            planned.key,
            outcome,
            reason=reason,
            detail=detail,
            stored=stored,
            source_hash=self.source_hash(item),
        )

    def _authors(self, item: Item) -> list[Author]:
        """Its co-authors, or else its author."""
        logins = [co_author_login(term.slug) for term in item.terms if term.taxonomy == CO_AUTHORS] or [item.creator]
        return [self.context.authors[login] for login in dict.fromkeys(logins) if login in self.context.authors]

    def _tags(self, item: Item) -> list[Tag]:
        keys = ((term.taxonomy, term.slug or term.name) for term in item.terms)
        tags = {tag.pk: tag for key in keys if (tag := self.context.tags.get(key)) and not tag.is_trashed}
        return list(tags.values())

    def _cover(self, item: Item) -> Image | None:
        number = item.meta("_thumbnail_id")
        file = self.context.files.get(int(number)) if number.isdecimal() and len(number) < 20 else None
        return file if isinstance(file, Image) else None

    def _post_conversation(self, item: Item) -> str:
        states = Commentable.ConversationStatus
        return states.OPEN if opens_conversation(item) else states.CLOSED

    def _page_conversation(self, item: Item) -> str:
        """Pages have none here unless theirs was open, or has something in it."""
        if opens_conversation(item):
            return Commentable.ConversationStatus.OPEN
        kinds = (CommentKind.COMMENT, CommentKind.MENTION)
        has_comments = any(comment.kind in kinds for comment in item.comments)
        return Commentable.ConversationStatus.CLOSED if has_comments else Commentable.ConversationStatus.OFF

    def _updated_at(self, item: Item) -> datetime.datetime:
        """When a text without a day of its own was last saved; now where the export does not say, or says later."""
        clock, now = self.context.clock, self.context.now.replace(microsecond=0)
        changed = find_moment(item.modified_local, item.modified_gmt, clock) or find_moment(item.local, item.gmt, clock)
        return min(changed or now, now)

    def _uid(self, item: Item, planned: PlannedText) -> UUID:
        """The same each time that this post is imported, so that feed readers know it again."""
        return own_uid(item) or uuid5(NAMESPACE_URL, f"{self.context.home}#{item.post_type}-{planned.key}")


def local_hash(subject: Subject, *, authors: Iterable[Author] | None = None, tags: Iterable[Tag] | None = None) -> str:
    """What a post or page, with these authors and tags or its own, looks like."""
    if isinstance(subject, Page):
        return hash_of([getattr(subject, name) for name in PAGE_COLUMNS] + [subject.is_trashed])
    columns: list[Any] = [_plain_value(getattr(subject, name)) for name in POST_COLUMNS]
    names = sorted(author.pk for author in (subject.author_list if authors is None else authors))
    return hash_of([*columns, names, sorted(tag.pk for tag in (subject.tag_list if tags is None else tags))])


def _plain_value(value: Any) -> Any:
    """Without the type of the zone and of the choice: equal values have equal digests."""
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    return str(value) if isinstance(value, str) else value


def is_in_trash(item: Item) -> bool:
    return item.status == ItemStatus.TRASH
