"""Names to slugs: what stands in an address, in Latin letters whatever script the name has."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from django.utils.text import slugify

from blog.text.tokens import FOLDED_LETTERS

# Russian and Uzbek Cyrillic, in the letters that Uzbek itself uses today where it has the sound.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "ў": "o", "қ": "q", "ғ": "g", "ҳ": "h", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_TO_LATIN = str.maketrans(_CYRILLIC)
# Apostrophes part no word: "Toʻxtabuvi", "Rabia's".
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼʻ"))


def slugify_name(name: str, *, longest: int) -> str:
    """The slug for `name`, of whole words where they fit into `longest` characters; "" where no letter is left."""
    small = unicodedata.normalize("NFC", name).casefold().translate(_APOSTROPHES)
    slug = slugify(small.translate(_TO_LATIN).translate(FOLDED_LETTERS))
    if len(slug) <= longest:
        return slug
    return slug[: longest + 1].rpartition("-")[0] or slug[:longest]


def unique_slug(name: str, *, longest: int, otherwise: str, taken: Callable[[str], bool]) -> str:
    """The slug for `name` or, without one, `otherwise`; numbered until it is not `taken`."""
    slug = first = slugify_name(name, longest=longest - 5) or otherwise
    number = 1
    while taken(slug):
        number += 1
        slug = f"{first}-{number}"
    return slug
