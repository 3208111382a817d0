"""Plain text for mail programs that do not fold lines: at most 72 columns (RFC 3676 asks for fewer than 78)."""

from __future__ import annotations

import re
import textwrap

COLUMNS = 72
# What a line begins with and its continuation repeats: marks of quotation, or the space under a list's mark.
QUOTE_PREFIX = re.compile(r"(?:>+ ?)*")
# What mail programs leave out of an answer (RFC 3676, 4.3).
SIGNATURE = "-- "
BLANKS = re.compile(r"\n{3,}")


def wrap_text(text: str) -> str:
    """`text` with every line of at most COLUMNS characters, but for addresses and words that are longer.

    Quotations stay quotations; of several empty lines one is left.
    """
    lines = [part for line in text.splitlines() for part in wrap_line(line if line == SIGNATURE else line.rstrip())]
    return BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def wrap_line(line: str) -> list[str]:
    if len(line) <= COLUMNS:
        return [line]
    lead = QUOTE_PREFIX.match(line)[0]  # type: ignore[index]  # it matches the empty text, too
    width = COLUMNS - len(lead)
    words = textwrap.wrap(line[len(lead) :], width, break_long_words=False, break_on_hyphens=False)
    return [lead + part for part in words]


def quote_lines(text: str) -> str:
    """Each line of `text` behind a mark of quotation, so that none of them passes for our own words."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
