"""Text to words, and words to keys: the form in which both databases keep and compare them.

Folding is done here, and not by the databases, so that both find the same: letter case, accents, the ways to write an
apostrophe. A key consists of letters and digits alone.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

# A key is cut here: no language has longer words, and PostgreSQL refuses those of 2,000 bytes.
MAX_KEY_LENGTH = 64
# Signs that stand on or between letters of one word (Unicode's category M), as a class of a regular expression.
COMBINING_MARKS = "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M")
)
WORD_PATTERN = re.compile(rf"[\w{re.escape(COMBINING_MARKS)}]+")
# oʻ and gʻ of the Uzbek alphabet, with whatever a keyboard offers for the sign; elsewhere an apostrophe parts words.
TURNED_COMMA = re.compile("(?<=[oOgG])['’‘`´ʼ](?=[^\\W\\d_])")
UNDERSCORE = {ord("_"): " "}
# Letters that Unicode does not take apart, and people type without their strokes and ligatures.
FOLDED_LETTERS = str.maketrans({
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n",
    "ə": "e", "ʻ": None, "ʼ": None, "ـ": None,
})  # fmt: skip
# Letters of their own that Unicode would take apart like accents.
INDIVISIBLE_LETTERS = frozenset("йў")


class Token(NamedTuple):
    """A word of a text: its place there, and its key."""

    start: int
    end: int
    key: str


def tokenize(text: str) -> list[Token]:
    """The words of `text`, in order; their places are those in `text` itself."""
    return [
        Token(found.start(), found.end(), key)
        for found in WORD_PATTERN.finditer(normalize_signs(text))
        if (key := fold_word(found[0]))
    ]


def token_keys(text: str) -> list[str]:
    """The keys of the words of `text`, in order."""
    return [key for word in WORD_PATTERN.findall(normalize_signs(text)) if (key := fold_word(word))]


def normalize_signs(text: str) -> str:
    """`text` with one sign where people write several, character for character."""
    return TURNED_COMMA.sub("ʻ", text.translate(UNDERSCORE))


@functools.lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """The key of one word; "" for one made of marks alone."""
    letters = []
    small = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    for sign in small.translate(FOLDED_LETTERS):
        parts = sign if sign in INDIVISIBLE_LETTERS else unicodedata.normalize("NFKD", sign)
        letters += [part for part in parts if part in INDIVISIBLE_LETTERS or unicodedata.category(part)[0] in "LN"]
    return unicodedata.normalize("NFC", "".join(letters).translate(FOLDED_LETTERS))[:MAX_KEY_LENGTH]
