"""What the log may not hold: private tokens, and characters that forge lines or steer a terminal."""

import logging
import re
from typing import Any

# The part of an address that opens something to whoever holds it.
TOKEN_IN_PATH = re.compile(r"(/(?:receipt|preview|moderate|prove|confirm|off|key)/)[^/\s\"']+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def mask_tokens(text: str) -> str:
    """`text` with every private token in an address replaced by three dots."""
    return TOKEN_IN_PATH.sub(r"\1...", text)


class TokenMaskFilter(logging.Filter):
    """Masks tokens in a record's message and arguments; drops no record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_tokens(record.getMessage()), None
        return True


class SingleLineFormatter(logging.Formatter):
    """Shows control characters of the message as escapes, so that a record of a message is one line."""

    def format(self, record: logging.LogRecord) -> str:
        record.msg = CONTROL_CHARACTERS.sub(lambda found: ascii(found[0])[1:-1], str(record.msg)).replace("\n", "\\n")
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        """A traceback keeps its lines; what an exception says may hold what a stranger sent."""
        return CONTROL_CHARACTERS.sub(lambda found: ascii(found[0])[1:-1], mask_tokens(super().formatException(ei)))
