"""Records of an export as its reader makes them, and their import into a post."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from blog.models import Conversation, Page, Post
from comments.models import Comment
from registan.transfer.content.comments.thread_import import ThreadOutcome, import_thread
from registan.transfer.models import Element, Run, Source
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_records import Item, ItemComment, Meta
from registan.transfer.records.moments import PairsClock
from registan.transfer.wordpress_text.contract import OldSite

HOME = "https://old.example"
SITE = OldSite(base=HOME)
FIRST = datetime.datetime(2012, 3, 1, 9, 0)
WORDS_OF_ITEM = (
    *("part", "title", "link", "creator", "content", "excerpt", "slug", "comment_status", "ping_status", "password"),
    "attachment_url",
)
ids = itertools.count(1)


def exported(number: int, parent: int = 0, **fields: Any) -> ItemComment:
    """A comment; the time of each is that of its id, in minutes."""
    at = FIRST + datetime.timedelta(minutes=number)
    values = {
        "id": number,
        "parent_id": parent,
        "user_id": 0,
        "author_name": "Bob",
        "author_email": "bob@old.example",
        "author_url": "",
        "local": at + datetime.timedelta(hours=5),
        "gmt": at,
        "content": f"Comment number {number}.",
        "approved": "1",
        "comment_type": "",
        "metas": (),
        **fields,
    }
    return ItemComment(**values)


def item(*comments: ItemComment, metas: tuple[Meta, ...] = (), **fields: Any) -> Item:
    number = next(ids)
    values: dict[str, Any] = dict.fromkeys(WORDS_OF_ITEM, "") | {
        "number": number,
        "id": number,
        "post_type": "post",
        "post_status": "publish",
        "guid": f"{HOME}/?p={number}",
        "parent_id": 0,
        "menu_order": 0,
        "is_sticky": False,
        "terms": (),
        "metas": metas,
        **dict.fromkeys(("local", "gmt"), FIRST),
        **dict.fromkeys(("modified_local", "modified_gmt")),
        "comments": comments,
        **fields,
    }
    return Item(**values)


def old_blog() -> Source:
    return Source.objects.get_or_create_for("wordpress", HOME)


def new_ledger() -> Ledger:
    source = old_blog()
    run = Run.objects.create(source=source)
    return Ledger(source, run)


def bring_in(
    subject: Post | Page, *comments: ItemComment, ledger: Ledger | None = None, **options: Any
) -> ThreadOutcome:
    """Import these comments of one item, in a run of their own unless told otherwise."""
    of_item = options.pop("item", None) or item(*comments)
    options = {"clock": PairsClock(), "site": SITE, **options}
    return import_thread(of_item, subject, ledger=ledger or new_ledger(), **options)


def element(number: int | str, kind: str = "comment") -> Element:
    return Element.objects.get(kind=kind, key=str(number))


def stored(number: int | str) -> Comment:
    """The comment that came of the one with this id."""
    return Comment.objects.get(pk=element(number).object_id)


def tree(subject: Post | Page) -> list[tuple[str, int]]:
    """The thread as it is read: the foreign id of each comment, and how deep it stands."""
    keys = dict(Element.objects.filter(object_kind="comment").values_list("object_id", "key"))
    rows = Comment.objects.filter(conversation=subject.thread_id).order_by("path", "pk")
    return [(keys.get(pk, "ours"), depth) for pk, depth in rows.values_list("pk", "depth")]


def numbers_of(subject: Post | Page) -> tuple[int, int]:
    thread = Conversation.objects.get(pk=subject.thread_id)
    return thread.comment_count, thread.shown_count


def snapshot(*conversations: int) -> dict[str, list[Any]]:
    """All that a conversation is made of, to be compared with what a rebuild makes of it; without clocks."""
    columns = ("pk", "parent", "path", "depth", "shown", "thread_size", "status")
    rows = Comment.objects.filter(conversation__in=conversations).order_by("pk")
    counts = Conversation.objects.filter(pk__in=conversations).order_by("pk")
    return {
        "comments": list(rows.values_list(*columns)),
        "counts": list(counts.values_list("pk", "comment_count", "shown_count")),
    }
