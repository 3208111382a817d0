"""Wraps plain text for mail programs that do not: at most 72 columns (RFC 3676 asks for fewer than 78)."""

from __future__ import annotations

import re
import textwrap

COLUMNS = 72
# The start of a quoted line, repeated on its continuation.
QUOTE_PREFIX = re.compile(r"(?:>+ ?)*")
# The line above a signature, which mail programs leave out of replies (RFC 3676, 4.3).
SIGNATURE = "-- "
BLANKS = re.compile(r"\n{3,}")


def wrap_text(text: str) -> str:
    """`text` in lines of at most COLUMNS characters; only addresses and words that are longer stay whole.

    Quotations stay quotations; several empty lines become one.
    """
    lines = [part for line in text.splitlines() for part in wrap_line(line if line == SIGNATURE else line.rstrip())]
    return BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def wrap_line(line: str) -> list[str]:
    if len(line) <= COLUMNS:
        return [line]
    prefix = line[: len(line) - len(QUOTE_PREFIX.sub("", line, count=1))]
    width = COLUMNS - len(prefix)
    parts = textwrap.wrap(line[len(prefix) :], width, break_long_words=False, break_on_hyphens=False)
    return [prefix + part for part in parts]


def quote_lines(text: str) -> str:
    """Each line of `text` behind ">", so that none can pass for our own words."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
