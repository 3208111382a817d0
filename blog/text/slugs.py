"""Turns names into slugs for addresses, in Latin letters whatever the script of the name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from django.utils.text import slugify

from blog.text.tokens import FOLDED_LETTERS

# Russian and Uzbek Cyrillic, in the letters of today's Uzbek alphabet where it has the sound.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "ў": "o", "қ": "q", "ғ": "g", "ҳ": "h", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_TO_LATIN = str.maketrans(_CYRILLIC)
# Apostrophes do not split a word: "Toʻxtabuvi", "Rabia's".
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼʻ"))


def slugify_name(name: str, *, max_length: int) -> str:
    """The slug for `name`, cut between words where possible; "" when the name has no letter."""
    small = unicodedata.normalize("NFC", name).casefold().translate(_APOSTROPHES)
    slug = slugify(small.translate(_TO_LATIN).translate(FOLDED_LETTERS))
    if len(slug) <= max_length:
        return slug
    return slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]


def unique_slug(name: str, *, max_length: int, fallback: str, is_taken: Callable[[str], bool]) -> str:
    """The slug for `name`, or `fallback` when it has none, with a number if it is taken."""
    slug = first = slugify_name(name, max_length=max_length - 5) or fallback
    number = 1
    while is_taken(slug):
        number += 1
        slug = f"{first}-{number}"
    return slug
