"""Erases again what a restored backup or an import has brought back of those who had their data deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import NamedTuple

from django.db.models import Q, QuerySet

from comments.models import Comment, ErasedAddress, ErasedComment, Message, Reader, ReportContact
from comments.privacy.erased_list import hash_address, read_list_file
from comments.privacy.erasure import (
    ERASED_LABEL,
    ERASURE_BATCH,
    erase_address,
    erase_batch,
    erase_comments,
    start_erasing,
)

# A moment is stored to the microsecond by one database, and in text by an archive.
SAME_MOMENT = timedelta(seconds=1)


class Replay(NamedTuple):
    """How many addresses and comments were erased again."""

    addresses: int
    comments: int


def replay_erasures(readers: QuerySet[Reader] | None = None) -> Replay:
    """Erase what is on the list of the erased, in the database and in the file beside it, and is here nevertheless.

    Call it after rows were loaded, outside a transaction; with `readers`, only these are looked at. What somebody wrote
    after they were erased is theirs and stays. It can be called again, and then finds nothing. Raises UnreadableList.
    """
    read_list_file()
    comments = sum(map(len, erase_by_number()))
    known = {(row.salt, row.digest): row for row in ErasedAddress.objects.all()}
    if not known:
        return Replay(0, comments)
    addresses = 0
    wanted = Reader.objects.all() if readers is None else readers
    for reader in wanted.filter(erasure=None).order_by("pk"):
        if (erased := find_erased(reader.email, known)) and (count := erase_reader_again(reader, erased)) is not None:
            addresses, comments = addresses + 1, comments + count
    if readers is None:
        for email in sorted(addresses_without_reader()):
            if (erased := find_erased(email, known)) and forget_address_again(email, erased):
                addresses += 1
    return Replay(addresses, comments)


def erase_by_number() -> Iterator[list[int]]:
    """Erase the comments of the list that are whole again, by their numbers; a batch of ids each."""
    for rows in batched(ErasedComment.objects.order_by("comment").iterator(), ERASURE_BATCH):
        by_pk = {row.comment: row for row in rows}
        found = Comment.objects.filter(pk__in=by_pk, user=None).exclude(fingerprint__startswith=f"{ERASED_LABEL} ")
        same = [
            comment.pk
            for comment in found.only("created_at")
            if abs(comment.created_at - by_pk[comment.pk].written_at) < SAME_MOMENT
        ]
        for keeps_words in (True, False):
            if ids := [pk for pk in same if by_pk[pk].keeps_words is keeps_words]:
                erase_comments(ids, keeps_words=keeps_words, tiles=f"replay {ids[0]}")
                yield ids


def find_erased(email: str, known: dict[tuple[str, str], ErasedAddress]) -> ErasedAddress | None:
    """What the list says of an address; it costs a slow hash for each salt."""
    for salt in {salt for salt, _digest in known}:
        if erased := known.get((salt, hash_address(email, salt))):
            return erased
    return None


def erase_reader_again(reader: Reader, erased: ErasedAddress) -> int | None:
    """Erase a reader of the list with all comments, or, if they came back since, their old ones; how many comments.

    None if there was nothing to erase.
    """
    old = Comment.objects.filter(reader=reader, user=None, created_at__lte=erased.erased_at)
    ids = list(old.order_by("pk").values_list("pk", flat=True))
    if has_returned(reader, erased.erased_at):
        for batch in batched(ids, ERASURE_BATCH):
            erase_comments(batch, keeps_words=erased.keeps_words, tiles=f"replay {reader.pk}", reader=reader.pk)
        return len(ids) or None
    erasure = start_erasing(reader, keeps_words=erased.keeps_words, at=erased.erased_at)
    while erasure and erase_batch(erasure):
        pass
    return len(ids)


def has_returned(reader: Reader, erased_at: datetime) -> bool:
    """Has the owner of the address written here, or confirmed it, since they were erased?"""
    if reader.first_seen > erased_at or (reader.verified_at and reader.verified_at > erased_at):
        return True
    return Comment.objects.filter(reader=reader, created_at__gt=erased_at).exists()


def addresses_without_reader() -> set[str]:
    """Whom emails were written to, and who left an address with a report, without being readers."""
    readers = Reader.objects.values("email")
    found = set[str]()
    for model in (Message, ReportContact):
        rows = model._default_manager.exclude(Q(recipient__in=readers) | Q(recipient=""))
        found |= set(rows.order_by().values_list("recipient", flat=True).distinct())
    return found


def forget_address_again(email: str, erased: ErasedAddress) -> bool:
    """Erase what is stored of an address that is no reader's; False if all of it came after the erasure."""
    is_old = Message.objects.filter(recipient=email, created_at__lte=erased.erased_at).exists()
    if is_old or ReportContact.objects.filter(recipient=email, report__at__lte=erased.erased_at).exists():
        erase_address(email, keeps_words=erased.keeps_words, at=erased.erased_at)
        return True
    return False
