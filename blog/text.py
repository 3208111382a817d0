"""What text may be stored: the same on every database, and nothing that forges a line or hides a name."""

import re

from django.core.exceptions import ValidationError

# PostgreSQL refuses NUL and no driver encodes a lone surrogate; the other controls mean nothing in a text and
# forge lines in logs and mails. Tab, line feed, carriage return and next line are kept.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# Line breaks of any kind, and the marks that turn text round (Unicode Standard Annex 9): a name has neither.
NOT_IN_A_LINE = re.compile("[\n\r\t\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def storable(text: str) -> None:
    """Raise ValidationError (code "unstorable") when `text` holds a character that cannot be kept."""
    if found := UNSTORABLE.search(text):
        raise ValidationError(
            f"This text holds a hidden control character (U+{ord(found[0]):04X}) at place {found.start() + 1}. "
            "Remove it and try again.",
            code="unstorable",
        )


def single_line(text: str) -> None:
    """Raise ValidationError when `text`, a name or a title, has a line break, a control or a mark that turns text."""
    storable(text)
    if NOT_IN_A_LINE.search(text):
        raise ValidationError("Write this on one line, without hidden direction marks.", code="unstorable")


def normal_newlines(text: str) -> str:
    """`text` with every line end as one line feed; browsers send CRLF (HTML, form submission)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
