"""How long a text takes to read, in whichever script it is written."""

from __future__ import annotations

import re

from blog.text.tokens import WORD_PATTERN

# Words of prose that adults read in a minute: 238 in English, somewhat fewer in languages of longer words
# (Brysbaert 2019, https://doi.org/10.1016/j.jml.2019.104047).
WORDS_PER_MINUTE = 230
# Signs of scripts without spaces that take as long to read as a word: ideographs and kana, and the letters of Thai,
# Lao, Burmese and Khmer.
SIGNS_PER_WORD, LETTERS_PER_WORD = 2, 5
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTERS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
# Addresses in Markdown are not read.
_ADDRESS = re.compile(r"https?://\S+|\]\([^()\s]*+")


def count_words(text: str) -> int:
    """The words of `text`, plain or Markdown; of scripts without spaces, what takes as long to read."""
    text, signs = _SIGNS.subn(" ", _ADDRESS.sub(" ", text))
    text, letters = _LETTERS.subn(" ", text)
    return len(WORD_PATTERN.findall(text)) + signs // SIGNS_PER_WORD + letters // LETTERS_PER_WORD


def count_minutes(text: str) -> int:
    """The minutes that `text`, plain or Markdown, takes to read; at least one."""
    return max(1, round(count_words(text) / WORDS_PER_MINUTE))
