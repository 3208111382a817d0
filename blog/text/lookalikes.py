"""Tells whether two names look alike, so that nobody can pass for somebody else."""

import re
import unicodedata

# Letters of other scripts that readers take for the Latin letter (the most common ones of Unicode TS 39).
# All letters of one shape become the same letter, so that a name typed in one script equals its look-alike in another.
_LOOKALIKES = {
    "a": "аα", "b": "ьβв", "c": "сϲ", "d": "ԁ", "e": "еєё", "g": "ɡ", "h": "нһ", "i": "іıι", "j": "ј", "k": "кκ",
    "l": "ӏ", "m": "м", "n": "ոη", "o": "оοօ", "p": "рρ", "q": "ԛ", "s": "ѕ", "t": "тτ", "u": "υս", "v": "ν", "w": "ԝω",
    "x": "хχ", "y": "уүγ",
}  # fmt: skip
_SHAPES = str.maketrans({sign: latin for latin, signs in _LOOKALIKES.items() for sign in signs})
# Letters, their marks and digits are compared; spaces, dots and characters without a width are not.
_KEPT_CATEGORIES = frozenset("LMN")
# A capital I within a word and digits beside letters are read as the letters they look like.
_TALL = re.compile(r"(?<=[^\W\d_])I(?=[a-z])|1(?=[^\W\d_])|(?<=[^\W\d_])1")
_ROUND = re.compile(r"0(?=[^\W\d_])|(?<=[^\W\d_])0")


def name_key(name: str) -> str:
    """The key that two names share when they look alike; "" when the name has no letter or digit.

    Case, spaces, punctuation and scripts make no difference; an accent does.
    """
    shown = _ROUND.sub("o", _TALL.sub("l", unicodedata.normalize("NFKC", name)))
    folded = unicodedata.normalize("NFKC", shown.casefold())
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in _KEPT_CATEGORIES).translate(_SHAPES)
