"""Stores comments of an archive, some hundreds at a time: each as submit.py would store it, with its decision.

Nobody is told, nothing is screened or limited. The caller knows what was written where, when, and how it was decided.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.markup import extract
from blog.models import Author, Conversation
from blog.models.bulk_rows import store_rows, utc_text
from blog.models.clock import Clock, now_to_the_second
from blog.text.lookalikes import name_key
from comments.families.signs import SignSource, find_signs
from comments.lifecycle.decide import change_thread_sizes, show_comments
from comments.models.comment import Comment
from comments.models.comment_sign import SIGN_DAYS, CommentSign
from comments.models.decision import Decision, PendingTraining
from comments.models.reader import INSERT_READER, Reader
from comments.screening.patterns import words_key
from comments.status import Status, Via
from comments.threads import layout
from comments.web.tiles import tile_number

DECISION_COLUMNS = ("comment_id", "from_status", "to_status", "via", "reason", "note", "at")
# What no archive says of a comment, as SQL takes it.
UNSAID_COLUMNS = {
    "address": None,
    "network": "",
    "is_verified": False,
    "claimed_at": None,
    "wants_outcome_email": False,
    "wants_reply_emails": False,
    "removal_reason": "",
    "open_report_count": 0,
    "score": None,
    "scored_at": None,
    "score_reasons": "[]",
    "trained_as": "",
    "version": 1,
    "edited_at": None,
    "edit_note": "",
    "edited_by_writer": False,
    "quote_count": 0,
    "is_quoted": False,
}
COMMENT_COLUMNS = (
    *("id", "conversation_id", "parent_id", "path", "depth", "shown", "thread_size", "status", "name", "name_key"),
    *("email", "website", "author_id", "user_id", "body", "html", "words_key", "created_at", "decided_at", "tile"),
    *("fingerprint", "reader_id", "old_number", "old_anchor", *UNSAID_COLUMNS),
)


@dataclass(frozen=True, slots=True)
class ArchivedComment:
    """A comment to be stored under the id `pk`, drawn for it, in this `conversation`. `html` is `body` rendered.

    `parent` is the id here of what it replies to, of the same conversation: stored already, or earlier in the batch.
    `author` is known to have written it, `email` was only typed. `origin` tells it from every other of all archives;
    `old_number` is its id there, `old_anchor` another fragment by which links find it.
    """

    pk: int
    conversation: int
    parent: int | None
    status: Status
    name: str
    email: str
    website: str
    author: Author | None
    body: str
    html: str
    created_at: datetime
    origin: str
    old_number: int | None = None
    old_anchor: str | None = None


@dataclass(slots=True)
class ArchivedPlace:
    """Where a comment stands, and how many comments its thread shows if it begins one."""

    conversation: int
    path: str
    depth: int
    parent: int | None = None
    shown: bool = False
    thread_size: int = 0


@transaction.atomic(savepoint=False)
def store_archived(comments: Sequence[ArchivedComment], *, learn: bool = False) -> dict[int, ArchivedPlace]:
    """Store these comments with their decisions, and bring index, numbers and clocks up to date.

    With `learn`, the spam filter learns what was decided. Belongs in the transaction that drew their ids. Returns their
    places by id; one whose parent is not in its conversation begins a thread.
    """
    Conversation.objects.lock({one.conversation for one in comments})
    places, above = find_places(comments)
    readers = find_readers(comments)
    store_rows(Comment, COMMENT_COLUMNS, (comment_row(one, places[one.pk], readers) for one in comments))
    now = utc_text(timezone.now())
    decisions = ((one.pk, "", one.status.value, Via.IMPORT.value, "", "", now) for one in comments)
    store_rows(Decision, DECISION_COLUMNS, decisions)
    if learn:
        store_rows(PendingTraining, ["comment_id"], ((one.pk,) for one in comments))
    store_signs(comments)
    approved = [one for one in comments if one.status == Status.APPROVED]
    index.add(Comment.SEARCH_KIND, map(build_document, approved))
    count_archived(comments, places, above)
    if any(one.website for one in approved):  # of which some may be links by now, on any page
        Clock.move_site()
    return places


def find_places(comments: Sequence[ArchivedComment]) -> tuple[dict[int, ArchivedPlace], dict[int, ArchivedPlace]]:
    """Where these comments stand, and where those stand that they reply to and that are stored already, by id."""
    own = {one.pk for one in comments}
    outside = {one.parent for one in comments if one.parent and one.parent not in own}
    rows = Comment.objects.filter(pk__in=outside) if outside else Comment.objects.none()
    stored = rows.values_list("pk", "conversation", "path", "depth", "parent", "shown")
    above = {pk: ArchivedPlace(where, path, depth, over, shown) for pk, where, path, depth, over, shown in stored}
    places: dict[int, ArchivedPlace] = {}
    for one in comments:
        over = (places.get(one.parent) or above.get(one.parent)) if one.parent else None
        if over and over.conversation == one.conversation:
            path = layout.path_below(over.path, one.pk)
            places[one.pk] = ArchivedPlace(one.conversation, path, over.depth + 1, one.parent)
        else:
            places[one.pk] = ArchivedPlace(one.conversation, layout.path_below("", one.pk), 0)
    for one in comments:
        if one.status == Status.APPROVED:
            show_with_parents(one.pk, places)
    for place in places.values():
        if place.shown and (root := places.get(layout.thread_of(place.path))):
            root.thread_size += 1
    return places, above


def show_with_parents(pk: int | None, places: Mapping[int, ArchivedPlace]) -> None:
    """Show a comment and, as tombstones, those of the batch that it stands under."""
    while pk and (place := places.get(pk)) and not place.shown:
        place.shown = True
        pk = place.parent


def find_readers(comments: Iterable[ArchivedComment]) -> dict[str, int]:
    """The ids of the readers with these addresses, stored if they are new. Nobody has verified any of them."""
    first_seen: dict[str, datetime] = {}
    for one in comments:
        if email := one.email.casefold():
            first_seen[email] = min(one.created_at, first_seen.get(email, one.created_at))
    found = dict(Reader.objects.filter(email__in=first_seen).values_list("email", "pk")) if first_seen else {}
    new = INSERT_READER(Reader(email=email, first_seen=at) for email, at in first_seen.items() if email not in found)
    return found | {reader.email: reader.pk for reader in new}


def comment_row(one: ArchivedComment, place: ArchivedPlace, readers: Mapping[str, int]) -> tuple[object, ...]:
    """The values of COMMENT_COLUMNS."""
    who = {"author": one.author, "email": one.email, "name": one.name}
    # Spam is erased some time after it was marked: moderators are to have seen it here.
    decided_at = now_to_the_second() if one.status == Status.SPAM else one.created_at
    return (
        one.pk, one.conversation, place.parent, place.path, place.depth, place.shown, place.thread_size,
        one.status.value, one.name, name_key(one.name), one.email, one.website,
        one.author.pk if one.author else None, one.author.user_id if one.author else None,
        one.body, one.html, words_key(one.body), utc_text(one.created_at), utc_text(decided_at), tile_number(who),
        hashlib.sha256(f"archive\0{one.origin}".encode()).hexdigest(), readers.get(one.email.casefold()),
        one.old_number, one.old_anchor,
        *UNSAID_COLUMNS.values(),
    )  # fmt: skip


def store_signs(comments: Iterable[ArchivedComment]) -> None:
    """Store by which signs those that wait are found beside others from the same hand."""
    since = timezone.now() - timedelta(SIGN_DAYS)
    for one in comments:
        if one.status == Status.PENDING and one.author is None and one.created_at >= since:
            source = SignSource(body=one.body, html=one.html, website=one.website, email=one.email)
            CommentSign.objects.add(one.pk, find_signs(source))


def build_document(one: ArchivedComment) -> Document:
    """What the search index stores, as `Comment.as_document` says."""
    authors = [one.author.pk] if one.author else []
    return Document(one.pk, one.created_at, extract.plain_text(one.html), name=one.name, authors=authors, version=1)


def count_archived(
    comments: Iterable[ArchivedComment], places: Mapping[int, ArchivedPlace], above: Mapping[int, ArchivedPlace]
) -> None:
    """Count what is shown now, and show as tombstones what stood there and is replied to by it."""
    shown = [place for place in places.values() if place.shown]
    change_thread_sizes(Counter(thread for place in shown if (thread := layout.thread_of(place.path)) not in places))
    parents = {place.parent for place in shown if place.parent}
    hidden = {pk for pk, place in above.items() if pk in parents and not place.shown}
    tombstones = show_comments(list(Comment.objects.filter(pk__in=hidden))) if hidden else Counter[int]()
    numbers = Counter(place.conversation for place in shown) + tombstones
    approved = Counter(one.conversation for one in comments if one.status == Status.APPROVED)
    for conversation in sorted({place.conversation for place in places.values()}):
        Conversation.change_counts(conversation, comments=approved[conversation], shown=numbers[conversation])
    Clock.move_comments()
