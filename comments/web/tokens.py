"""Tokens for private addresses and forms: signed, bound to their purpose and object, and valid for so long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing

# Each purpose has its own salt: a token for one thing opens nothing else.
RECEIPT, FORM_TIME, DECIDE = "comments.receipt", "comments.stamp", "comments.decide"
VERIFY, SESSION, ERASE = "comments.proof", "comments.pass", "comments.erase"
# Proves an address without a comment: bound to the address itself, of which nothing is stored before it is verified.
SIGN_IN = "comments.hello"
# What became of a report, for whoever left an address with it.
REPORT = "comments.report"
# An objection to a decision: bound to a comment, and to the report of whoever objects if they did not write it.
OBJECT = "comments.object"
# The people that a browser has muted.
MUTED = "comments.muted"
# A subscription by email, and the end of one.
SUBSCRIBE, UNSUBSCRIBE = "comments.confirm", "comments.off"
# What an address followed on an old site.
WISH = "comments.wish"
# Writers may look for their comment a year later; then the address has done its work.
RECEIPT_AGE = timedelta(days=400)
# The same for whoever reported a comment.
REPORT_AGE = timedelta(days=400)
# Six months to object, as the law of the European Union has it, and some days for a slow email.
OBJECT_AGE = timedelta(days=190)
# A form left open longer than this may be answered by a page that has changed under it: shown again, with its text.
FORM_TIME_AGE = timedelta(hours=24)
# A mail to a moderator may lie for a fortnight's holiday; then the queue is the way in.
DECIDE_AGE = timedelta(days=14)
# A link that proves an address, in a mail that somebody asked for a moment ago.
VERIFY_AGE = timedelta(days=3)
# Confirms a request for erasure: on the same day, or it has to be made again.
ERASE_AGE = timedelta(days=1)
# Every email has an unsubscribe link, and old emails stay in mailboxes for years.
UNSUBSCRIBE_AGE = timedelta(days=3650)
# A browser that knows its reader: as long as browsers keep a cookie at most.
SESSION_AGE = timedelta(days=400)


class BadToken(ValueError):
    """Not signed by us, for another purpose, or too old; `expired` tells the last from the others."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "not ours")
        self.expired = expired


def make_token(purpose: str, *bound: int | str) -> str:
    """A token bound to these numbers and words (an object's own first), safe in an address."""
    return signing.dumps(bound, salt=purpose)


def read_token(purpose: str, token: str, *, max_age: timedelta, count: int | None = None) -> list[Any]:
    """What a token of this purpose was bound to; raises BadToken, also for other than `count` numbers and words."""
    try:
        bound = signing.loads(token, salt=purpose, max_age=max_age)
    except signing.SignatureExpired:
        raise BadToken(expired=True) from None
    except (signing.BadSignature, ValueError):
        raise BadToken(expired=False) from None
    # Tokens made before they could be bound to more hold the number alone.
    values = bound if isinstance(bound, list) else [bound]
    if not values or count not in {None, len(values)}:  # signed by us for this purpose, but no link of ours
        raise BadToken(expired=False)
    return values


def read_token_id(purpose: str, token: str, *, max_age: timedelta) -> int:
    """The number of the object a token of this purpose was made for; raises BadToken."""
    return int(read_token(purpose, token, max_age=max_age)[0])
