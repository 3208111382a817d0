"""When do two names look alike? What stands in the way of passing for somebody else."""

import re
import unicodedata

# Letters of other scripts that readers take for the Latin one beside them (after Unicode TS 39, its commonest part).
# All forms of one shape become the same letter, so that a name typed in one script meets its look-alike in another.
_LOOKALIKES = {
    "a": "аα", "b": "ьβв", "c": "сϲ", "d": "ԁ", "e": "еєё", "g": "ɡ", "h": "нһ", "i": "іıι", "j": "ј", "k": "кκ",
    "l": "ӏ", "m": "м", "n": "ոη", "o": "оοօ", "p": "рρ", "q": "ԛ", "s": "ѕ", "t": "тτ", "u": "υս", "v": "ν", "w": "ԝω",
    "x": "хχ", "y": "уүγ",
}  # fmt: skip
_SHAPES = str.maketrans({sign: latin for latin, signs in _LOOKALIKES.items() for sign in signs})
# Only these say who is meant: letters, their marks, and figures. Spaces, dots and signs without a width do not.
_KEPT_CATEGORIES = frozenset("LMN")
# A capital I within a word, and figures beside letters, are read as the letters they look like.
_TALL = re.compile(r"(?<=[^\W\d_])I(?=[a-z])|1(?=[^\W\d_])|(?<=[^\W\d_])1")
_ROUND = re.compile(r"0(?=[^\W\d_])|(?<=[^\W\d_])0")


def name_key(name: str) -> str:
    """`name` without case, spaces, punctuation and the script of look-alike letters; "" where nothing is left.

    Two names with the same key look alike; an accent makes another name.
    """
    shown = _ROUND.sub("o", _TALL.sub("l", unicodedata.normalize("NFKC", name)))
    folded = unicodedata.normalize("NFKC", shown.casefold())
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in _KEPT_CATEGORIES).translate(_SHAPES)
