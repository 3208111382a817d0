"""Numbers for what other systems name by words: the same for the same words, in every export."""

from __future__ import annotations

import re
from hashlib import blake2b

# The largest number that a database can store.
_LARGEST = 2**63 - 1
_NUMBER = re.compile(r"[1-9]\d{0,18}", re.ASCII)


def stable_id(foreign: str) -> int:
    """The number of a foreign id: its own where it is one, else a hash of 62 bits above all numbers that people count
    to; 0 for ""."""
    foreign = foreign.strip()
    if _NUMBER.fullmatch(foreign) and int(foreign) <= _LARGEST:
        return int(foreign)
    if not foreign:
        return 0
    return int.from_bytes(blake2b(foreign.encode("utf-8", "replace"), digest_size=8).digest()) >> 2 | 1 << 62
