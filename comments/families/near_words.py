"""Keys of a text that texts with nearly the same words share: MinHash over its longer words, in bands.

Two texts of whose words a share `s` is the same share each band with the probability `s * s`: of six bands a reworded
text shares two or three, a copy all, and a text about the same subject none.
"""

from __future__ import annotations

import re
import zlib
from itertools import batched

from comments.screening.patterns import split_words

BANDS, ROWS = 6, 2
# Short words stand in every text.
MIN_WORD_LENGTH = 5
# With fewer, as with “Thank you for this wonderful article”, many people write the same.
MIN_WORDS = 10
# Words looked at: more cost time, and tell nothing new.
MAX_WORDS = 400
MASK = 0xFFFFFFFF
# What a writer quotes is somebody else's.
QUOTED_LINE = re.compile(r"^[ ]{0,3}>.*$", re.MULTILINE)
# Multiplied and added to a hash, each gives another order of all words (odd numbers, drawn once).
ORDERS = (
    *((0x9E3779B1, 0x7F4A7C15), (0x85EBCA6B, 0x165667B1), (0xC2B2AE35, 0x27D4EB2F), (0xCC9E2D51, 0x1B873593)),
    *((0xE6546B65, 0x38495AB5), (0xB492B66F, 0x9AE16A3B), (0x3C6EF373, 0xDAA66D2B), (0x510E527F, 0x68ACD18B)),
    *((0xA54FF53B, 0x5BE0CD19), (0x6A09E667, 0xBB67AE85), (0x1F83D9AB, 0x2545F491), (0xD6E8FEB9, 0x8D58AC26)),
)


def own_words(body: str) -> str:
    """The text without the lines that quote."""
    return QUOTED_LINE.sub("", body)


def band_texts(body: str) -> list[str]:
    """Six texts to make keys of; none for a text that is too short to tell."""
    hashes = {zlib.crc32(word.encode()) for word in split_words(own_words(body)) if len(word) >= MIN_WORD_LENGTH}
    if len(hashes) < MIN_WORDS:
        return []
    sample = sorted(hashes)[:MAX_WORDS]
    lowest = [min((factor * word + offset) & MASK for word in sample) for factor, offset in ORDERS]
    return [f"{number} {rows}" for number, rows in enumerate(batched(lowest, ROWS))]
