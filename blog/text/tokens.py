"""Splits text into words, and folds words into the keys by which both databases store and compare them.

Case, accents and the ways to write an apostrophe are folded here and not by the databases, so that both find the same.
A key consists of letters and digits alone.
"""

from __future__ import annotations

import functools
import re
import unicodedata

# Longer keys are cut: no language has longer words, and PostgreSQL refuses those of 2,000 bytes.
MAX_KEY_LENGTH = 64
# Marks on or between the letters of a word (Unicode's category M), for a character class.
COMBINING_MARKS = "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M")
)
WORD_PATTERN = re.compile(rf"[\w{re.escape(COMBINING_MARKS)}]+")
# oʻ and gʻ of the Uzbek alphabet, with whatever a keyboard offers for the sign; elsewhere an apostrophe splits words.
TURNED_COMMA = re.compile("(?<=[oOgG])['’‘`´ʼ](?=[^\\W\\d_])")
# Letters that Unicode does not decompose, although people type them without strokes and ligatures.
FOLDED_LETTERS = str.maketrans({
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n",
    "ə": "e", "ʻ": None, "ʼ": None, "ـ": None,
})  # fmt: skip
# Separate letters that Unicode would decompose like accents.
INDIVISIBLE_LETTERS = frozenset("йў")


# A word of a text: where it begins and ends, and its key. A plain tuple: a page of results has some thousand.
type WordPlace = tuple[int, int, str]


def tokenize(text: str) -> list[WordPlace]:
    """The words of `text`, in order."""
    return [
        (*match.span(), key) for match in WORD_PATTERN.finditer(normalize_signs(text)) if (key := fold_word(match[0]))
    ]


def token_keys(text: str) -> list[str]:
    """The keys of the words of `text`, in order."""
    return [key for word in WORD_PATTERN.findall(normalize_signs(text)) if (key := fold_word(word))]


def normalize_signs(text: str) -> str:
    """Replace each of several spellings of a character by one; no position changes."""
    return TURNED_COMMA.sub("ʻ", text.replace("_", " "))


@functools.lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """The key of one word; "" when it consists of marks alone."""
    letters = []
    small = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    for letter in small.translate(FOLDED_LETTERS):
        parts = letter if letter in INDIVISIBLE_LETTERS else unicodedata.normalize("NFKD", letter)
        letters += [part for part in parts if part in INDIVISIBLE_LETTERS or unicodedata.category(part)[0] in "LN"]
    return unicodedata.normalize("NFC", "".join(letters).translate(FOLDED_LETTERS))[:MAX_KEY_LENGTH]
