"""Names of files that every system of files can have, and that no other address of the site would have."""

from __future__ import annotations

import hashlib
import unicodedata

# Bytes of a name that common systems of files allow, without an ending and a mark.
MAX_NAME_BYTES = 200
MARK_DIGITS = 8
# Names that Windows keeps for devices, whatever their ending.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}


def safe_name(name: str, ending: str = "") -> str:
    """The name as it is, where it is short, in small letters and no other; or else with a mark made of the whole.

    Some systems of files do not tell large letters from small ones, or two spellings of an accent.
    """
    plain = unicodedata.normalize("NFC", name)
    is_plain = plain == name == plain.lower() and len(name.encode()) <= MAX_NAME_BYTES and name not in _DEVICES
    if is_plain:
        return name + ending
    mark = hashlib.sha256(name.encode()).hexdigest()[:MARK_DIGITS]
    return f"{shorten(plain.lower())}~{mark}{ending}"


def shorten(name: str) -> str:
    """As much of it as fits, cut between letters."""
    return name.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
