"""The list of those who were erased: what a restored backup, or a later import, must not bring back.

It is in the database, and as a file beside it (`ERASED_LIST`), since an older backup has an older list. It holds hashes
of addresses, and the numbers of erased comments with the moment at which they were written.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments.models import Comment, ErasedAddress, ErasedComment
from comments.models.reader import normalize_email

# A twentieth of a second and 16 MB for each guess: whoever has the list, but not the address, tries for long.
SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
FORMAT_VERSION = 1


class UnreadableList(Exception):
    """The file is not a list of erased people; the message is a sentence."""


def hash_address(email: str, salt: str) -> str:
    """64 hexadecimal digits, the same for an address however it is typed."""
    digest = hashlib.scrypt(normalize_email(email).encode(), salt=bytes.fromhex(salt), **SCRYPT)
    return digest.hex()


def remember_address(email: str, *, keeps_words: bool, at: datetime | None = None) -> None:
    """Put an address on the list, erased at that moment or now. Belongs in the transaction that erases it."""
    salt = ErasedAddress.objects.order_by("pk").values_list("salt", flat=True).first() or secrets.token_hex(16)
    columns = {"erased_at": at or timezone.now(), "keeps_words": keeps_words}
    ErasedAddress.objects.update_or_create(salt=salt, digest=hash_address(email, salt), defaults=columns)
    transaction.on_commit(write_list, robust=True)  # a full disk must not undo an erasure


def remember_comments(comments: Iterable[Comment], *, staying: Collection[int]) -> None:
    """Put these comments on the list, of which some keep their text."""
    rows = [
        ErasedComment(comment=comment.pk, written_at=comment.created_at, keeps_words=comment.pk in staying)
        for comment in comments
        if comment.user_id is None
    ]
    columns = ["written_at", "keeps_words"]
    ErasedComment.objects.bulk_create(rows, update_conflicts=True, unique_fields=["comment"], update_fields=columns)
    transaction.on_commit(write_list, robust=True)  # a full disk must not undo an erasure


def export_list() -> dict[str, Any]:
    """The list as it is written into the file and into archives; `import_list` reads it."""
    return {
        "registan_erased": FORMAT_VERSION,
        "addresses": [
            [row.salt, row.digest, row.erased_at.isoformat(), row.keeps_words]
            for row in ErasedAddress.objects.order_by("pk")
        ],
        "comments": [
            [row.comment, row.written_at.isoformat(), row.keeps_words]
            for row in ErasedComment.objects.order_by("comment")
        ],
    }


@transaction.atomic
def import_list(document: Any) -> None:
    """Add what is on this list to ours; of an address that is on both, the later erasure counts. Raises UnreadableList.

    Nothing is erased yet: that is for `replay_erasures`.
    """
    try:
        if document["registan_erased"] != FORMAT_VERSION:
            raise UnreadableList(f"The list is of the form {document['registan_erased']}, which is unknown here.")
        addresses = [
            ErasedAddress(salt=salt, digest=digest, erased_at=datetime.fromisoformat(at), keeps_words=bool(keeps))
            for salt, digest, at, keeps in document["addresses"]
        ]
        comments = [
            ErasedComment(comment=int(pk), written_at=datetime.fromisoformat(at), keeps_words=bool(keeps))
            for pk, at, keeps in document["comments"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableList(f"This is no list of erased people: {error!r}.") from None
    known = {(row.salt, row.digest): row for row in ErasedAddress.objects.all()}
    for address in addresses:
        older = known.get((address.salt, address.digest))
        if older and older.erased_at < address.erased_at:
            older.erased_at, older.keeps_words = address.erased_at, address.keeps_words
            older.save()
    ErasedAddress.objects.bulk_create(addresses, ignore_conflicts=True)
    ErasedComment.objects.bulk_create(comments, ignore_conflicts=True)


def read_list_file() -> None:
    """Add what is in the file beside the database, if there is one. Raises UnreadableList."""
    path = Path(settings.ERASED_LIST)
    if not path.exists():
        return
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UnreadableList(f"{path} cannot be read. Replace it by a copy, or move it away.") from None
    import_list(document)


def write_list() -> None:
    """Write the file beside the database, with all that it has already."""
    path = Path(settings.ERASED_LIST)
    read_list_file()
    new = path.with_suffix(f".{secrets.token_hex(4)}")
    new.touch(mode=0o600)
    new.write_text(json.dumps(export_list(), indent=0), encoding="utf-8")
    new.replace(path)
