"""What is repaired in an export, so that it can be read, and counted, so that nobody has to guess."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum


class Repair(StrEnum):
    """A kind of repair, in the words of the report."""

    BEGINNING = "text or blank lines before the beginning"
    END = "text after the end"
    LABEL = "files labelled with another encoding than UTF-8, which they are in"
    ENCODING = "passages in the encoding of the label, or in Windows-1252"
    BROKEN = "broken characters (shown as \N{REPLACEMENT CHARACTER})"
    SURROGATE = "emoji written as two halves, or in half"
    CONTROL = "control characters (removed)"
    WINDOWS = "Windows quotation marks and dashes written as control characters"
    AMPERSAND = "bare ampersands"
    LESS_THAN = "bare less-than signs"
    ENTITY = "HTML entities that XML does not know"
    PADDING = "fields padded with blanks"
    NESTED = "unwrapped elements inside a field of text (left out)"
    DROPPED_FIELD = "custom fields without a meaning outside WordPress (left out)"
    LOGIN = "stray signs around authors' names"
    DATE = "dates that are none (left empty)"
    NUMBER = "numbers that are none (read as 0)"


type Repairs = Counter[Repair]
