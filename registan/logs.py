"""Keeps private tokens, and characters that forge lines or control a terminal, out of the log."""

import logging
import re
from typing import Any

# The part of a URL that gives access to anyone who has it.
TOKEN_IN_PATH = re.compile(r"(/(?:receipt|preview|moderate|prove|confirm|off|key|invitation|first-run)/)[^/\s\"']+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def mask_tokens(text: str) -> str:
    """Replace every private token in a URL with three dots."""
    return TOKEN_IN_PATH.sub(r"\1...", text)


class TokenMaskFilter(logging.Filter):
    """Masks the tokens in a record; drops no record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_tokens(record.getMessage()), None
        return True


class SingleLineFormatter(logging.Formatter):
    """Escapes control characters, so that a message takes one line."""

    def format(self, record: logging.LogRecord) -> str:
        record.msg = CONTROL_CHARACTERS.sub(lambda match: ascii(match[0])[1:-1], str(record.msg)).replace("\n", "\\n")
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        """Keep the lines of a traceback, but mask and escape them: an exception may quote what a stranger sent."""
        return CONTROL_CHARACTERS.sub(lambda match: ascii(match[0])[1:-1], mask_tokens(super().formatException(ei)))
