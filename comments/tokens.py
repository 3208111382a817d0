"""Tokens for private addresses and forms: signed, bound to their purpose and object, dated."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

# Each purpose has its own salt: a token for one thing opens nothing else.
RECEIPT, STAMP = "comments.receipt", "comments.stamp"
# A writer may look for his comment a year later; then the address has done its work.
RECEIPT_AGE = timedelta(days=400)
# A form left open longer than this may be answered by a page that has changed under it: shown again, with its text.
STAMP_AGE = timedelta(hours=24)


class BadToken(ValueError):
    """Not signed by us, for another purpose, or too old; `expired` tells the last from the others."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "not ours")
        self.expired = expired


def make(purpose: str, pk: int) -> str:
    """A token for the object `pk`, safe in an address."""
    return signing.dumps(pk, salt=purpose)


def read(purpose: str, token: str, *, max_age: timedelta) -> int:
    """The `pk` a token of this purpose was made for; raises BadToken."""
    try:
        return int(signing.loads(token, salt=purpose, max_age=max_age))
    except signing.SignatureExpired:
        raise BadToken(expired=True) from None
    except (signing.BadSignature, ValueError):
        raise BadToken(expired=False) from None
