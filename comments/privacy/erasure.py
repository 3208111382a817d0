"""Erases readers. Readers confirm it twice; it begins at once, and the worker continues when there is much to erase.

The operator erases by address, on the same way: `erase_address`, which needs no reader and no confirmed address.

It begins by removing the address from `Reader`: from then on nobody knows it, and whoever verifies it again is a new
reader. The comments follow, a batch in each transaction. A worker that dies loses nothing, since whatever is left to
do still refers to the reader. After the last comment the reader's row is deleted, and the `Erasure` with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CASCADE, Model, Q
from django.utils.translation import gettext as _

from blog.models import Conversation
from blog.search.vocabulary import forget_words_of
from blog.text.site_values import site_language
from comments.lifecycle.decide import decide
from comments.lifecycle.objections import forget_objections, objections_about
from comments.lifecycle.ownership import close_public_page, touch_conversations
from comments.models import (
    Comment,
    CommentNote,
    CommentSign,
    Erasure,
    Finding,
    Message,
    Objection,
    Quotation,
    Reader,
    Report,
    ReportContact,
    Revision,
    Rule,
    SubscriptionWish,
    WebhookNotice,
)
from comments.models.reader import generate_key, normalize_email
from comments.privacy.erased_list import remember_address, remember_comments
from comments.privacy.quoted_words import delete_quoted_words
from comments.privacy.retention import ERASED_COLUMNS
from comments.privacy.traces import erase_mentions, erase_notes_of, find_person
from comments.status import WITHDRAWABLE_STATUSES, Status, Via
from comments.web.fingerprints import reader_report_hash
from comments.web.tiles import hash_to_tile

# Comments erased in one transaction: less than a second, in which on SQLite nobody else writes.
ERASURE_BATCH = 50
ERASED_LABEL = "erased"
# The columns emptied where the text stays: the writer and their network, and whatever would let anyone guess them.
ANONYMOUS_COLUMNS: dict[str, Any] = {
    **{
        name: ERASED_COLUMNS[name]
        for name in (
            *("email", "website", "network", "address", "author"),
            *("score_reasons", "wants_outcome_email", "wants_reply_emails"),
        )
    },
    "reader": None,
    "is_verified": False,
    "claimed_at": None,
}


def begin_erasure(reader: Reader, *, keeps_words: bool, sender: str = "") -> Erasure | None:
    """Erase the address of a verified reader and what depends on it alone; None when that was done before.

    `sender` is the hash under which reports were stored, unless it is the reader's own.
    """
    row = Reader.objects.filter(pk=reader.pk, verified_at__isnull=False).first()
    return start_erasing(row, keeps_words=keeps_words, sender=sender) if row else None


def erase_address(email: str, *, keeps_words: bool, at: datetime | None = None) -> Erasure | None:
    """Erase an address for whoever runs the site, verified or not, and whether or not it is a reader's.

    `at` as for `start_erasing`. Returns what `continue_erasures` has still to do, or None when nothing is left to do.
    """
    email = normalize_email(email)
    if reader := Reader.objects.filter(email=email).first():
        return start_erasing(reader, keeps_words=keeps_words, at=at)
    person = find_person(email, None)
    with transaction.atomic(), site_language():
        erase_contacts(email, sender="")
        erase_messages(email)
        erase_mentions(person)
        remember_address(email, keeps_words=keeps_words, at=at)
    return None


def start_erasing(reader: Reader, *, keeps_words: bool, sender: str = "", at: datetime | None = None) -> Erasure | None:
    """Erase the address and everything that depends on it alone; None when that was done before.

    `at`: when it was erased already, if a backup has brought it back.
    """
    person = find_person(reader.email, reader)  # looks through whole tables, so not under a lock
    with transaction.atomic(), site_language():
        row = Reader.objects.select_for_update().filter(pk=reader.pk, email=reader.email).first()
        if row is None or Erasure.objects.filter(reader=row).exists():
            return None
        erase_contacts(row.email, sender=sender or reader_report_hash(row.pk))
        erase_messages(row.email)
        for model in models_of_one_reader():
            model._default_manager.filter(reader=row).delete()
        anonymize_admin_log(Reader, [row.pk])
        erase_mentions(person)
        remember_address(row.email, keeps_words=keeps_words, at=at)
        # No mail goes there: the domain is reserved for names that do not exist (RFC 2606).
        row.email, row.verified_at, row.session_key = f"{secrets.token_hex(16)}@erased.invalid", None, generate_key()
        row.standing = Reader.Standing.HELD
        close_public_page(row)
        row.save()
        return Erasure.objects.create(reader=row, keeps_words=keeps_words)


def erase_contacts(email: str, *, sender: str) -> None:
    """Delete what was left with reports under this address, and the words of reports by this `sender`."""
    contacts = ReportContact.objects.filter(recipient=email)
    forget_objections(Objection.objects.filter(Q(report__contact__in=contacts) | Q(report__sender=sender)))
    contacts.delete()
    SubscriptionWish.objects.of_address(email).end()
    anonymize_reports(sender)


def continue_erasures() -> int:
    """Continue one erasure; returns how many there were, 0 or 1. One worker at a time works on each."""
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update(skip_locked=True).order_by("pk").first()
        if erasure is None:
            return 0
        erase_batch(erasure)
        return 1


@transaction.atomic
def erase_batch(erasure: Erasure) -> bool:
    """Erase some of the reader's comments, or at the end the reader; True when there may be more to do."""
    rows = Comment.objects.filter(reader=erasure.reader_id).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:ERASURE_BATCH])
    if not ids:
        erasure.reader.delete()
        return False
    erase_comments(ids, keeps_words=erasure.keeps_words, tiles=f"erasure {erasure.pk}", reader=erasure.reader_id)
    return True


@transaction.atomic
@site_language()  # everyone reads what stays
def erase_comments(ids: Sequence[int], *, keeps_words: bool, tiles: str, reader: int | None = None) -> None:
    """Erase these comments, as long as they are this `reader`'s if one is given; the public ones may keep their words.

    Those have the same tile within one conversation for the same `tiles`.
    """
    rows = Comment.objects.filter(pk__in=ids).order_by("pk")
    Conversation.objects.lock(rows.values("conversation"))
    comments = list(rows.filter(reader=reader) if reader else rows)  # as they are under the lock
    ids = [comment.pk for comment in comments]
    staying = {comment.pk for comment in comments if keeps_words and comment.status == Status.APPROVED}
    going = [comment for comment in comments if comment.pk not in staying]
    decide([comment.pk for comment in going if can_be_withdrawn(comment)], Status.WITHDRAWN, via=Via.ERASURE)
    delete_quoted_words([comment for comment in going if comment.is_quoted and not comment.user_id])
    erased_html = [comment.html for comment in going]
    for comment in comments:
        erase_comment(comment, tiles, stays=comment.pk in staying)
    Comment.objects.filter(pk__in=ids).reindex()
    forget_words_of(erased_html)
    erase_traces(ids)
    CommentNote.objects.forget(ids, staying=staying)
    remember_comments(comments, staying=staying)
    touch_conversations(Comment.objects.filter(pk__in=ids, shown=True))


def can_be_withdrawn(comment: Comment) -> bool:
    """Comments of staff stay, and what a moderator removed stays removed."""
    return comment.user_id is None and comment.status in WITHDRAWABLE_STATUSES


def erase_comment(comment: Comment, tiles: str, *, stays: bool) -> None:
    """Take the writer out of one comment, and the text unless it `stays`."""
    columns = columns_after_erasure(comment, tiles, stays=stays)
    for name, value in columns.items():
        setattr(comment, name, value)
    comment.save(update_fields=[*columns, "name_key"])


def columns_after_erasure(comment: Comment, tiles: str, *, stays: bool) -> dict[str, Any]:
    """The columns to change, with their new values."""
    if comment.user_id:  # written by staff while signed in: it keeps their name
        return {name: value for name, value in ANONYMOUS_COLUMNS.items() if name != "author"}
    fingerprint = f"{ERASED_LABEL} {secrets.token_hex(16)}"
    if stays:
        # A new tile, the same in all of one conversation, which stays readable, and different in others.
        tile = hash_to_tile(f"{tiles} {comment.conversation_id}")
        return {**ANONYMOUS_COLUMNS, "fingerprint": fingerprint, "name": _("A former reader"), "tile": tile}
    return {**ERASED_COLUMNS, **ANONYMOUS_COLUMNS, "fingerprint": fingerprint, "version": comment.version + 1}


def models_of_one_reader() -> list[type[Model]]:
    """The models whose rows belong to one reader and are deleted with them, such as sessions and subscriptions."""
    relations = [
        relation
        for relation in Reader._meta.related_objects
        if relation.on_delete is CASCADE and relation.field.name == "reader"
    ]
    return [relation.related_model for relation in relations if relation.related_model is not Erasure]


def erase_messages(email: str) -> None:
    """Delete the messages to this address, and empty unsent messages to moderators that show it."""
    Message.objects.filter(recipient=email).delete()
    to_moderators = Q(key__startswith="decision-") | Q(key__startswith="digest-") | Q(key__startswith="many-")
    for message in Message.objects.filter(to_moderators, sent_at=None, given_up=False):
        if email in message.text.casefold():
            note = _("This email was about a comment that was erased before the email was sent.")
            Message.objects.filter(pk=message.pk).update(text=note, html="")


def anonymize_reports(sender: str) -> None:
    """Keep the reports, without their text. Each gets a sender of its own, so that nobody can link them."""
    for report in Report.objects.filter(sender=sender):
        nobody = secrets.token_hex(32)
        Report.objects.filter(pk=report.pk).update(sender=nobody, neighbourhood=nobody, words="", law="")


def erase_traces(ids: Sequence[int]) -> None:
    """Delete earlier versions and what readers and findings say about the writer of these comments."""
    Revision.objects.filter(comment__in=ids).delete()
    CommentSign.objects.forget(ids)
    erased = Comment.objects.filter(pk__in=ids, name="")
    Quotation.objects.filter(comment__in=erased.values("pk")).delete()
    forget_objections(objections_about(ids))
    Report.objects.filter(comment__in=ids).update(words="", law="")  # what is left of it is counted
    WebhookNotice.objects.filter(comment__in=ids).update(last_error="")
    erase_notes_of(ids)
    findings = Finding.objects.filter(comment__in=ids)
    findings.filter(Q(rule__kind=Rule.Kind.EMAIL) | Q(rule__kind=Rule.Kind.NETWORK)).update(rule=None)
    findings.update(words="")
    anonymize_admin_log(Comment, ids)


def anonymize_admin_log(model: type[Model], ids: Sequence[int]) -> None:
    """Replace the names of these rows in the admin's history."""
    content_type = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(content_type=content_type, object_id__in=[str(pk) for pk in ids])
    entries.update(object_repr=ERASED_LABEL)
