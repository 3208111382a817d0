"""Fonts of this machine, for words that are drawn into pictures. None come with the site."""

from __future__ import annotations

import functools
import os
import unicodedata
from pathlib import Path

from PIL import ImageFont

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/X11R6/lib/X11/fonts", "/Library/Fonts")
# In the order in which they are preferred; the later ones for the scripts that the first have not.
FONT_FILES = (
    "NotoSerif-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "DejaVuSerif.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoSerifHebrew-Regular.ttf",
    "NotoSerifCJK-Regular.ttc",
    "DejaVuSans.ttf",
    "FreeSerif.ttf",
)
# A code point that will never be a letter: whatever is drawn for it stands for "I have no such letter".
MISSING_GLYPH = "\U0010ffff"
EMOJI_CATEGORIES = {"So", "Sk"}  # emoji and their colours of skin: no reason for another font

Font = ImageFont.FreeTypeFont


@functools.cache
def installed_fonts() -> dict[str, str]:
    """The files of FILES that there are, as {name: path}, in their order; looked for once in a process."""
    paths: dict[str, str] = {}
    for folder in FONT_FOLDERS:
        for here, _folders, names in os.walk(folder):
            paths |= {name: str(Path(here) / name) for name in set(FONT_FILES).intersection(names)}
    return {name: paths[name] for name in FONT_FILES if name in paths}


@functools.lru_cache(64)
def load_font(path: str, size: int) -> Font:
    """The font of that file; "" is Pillow's own, which has Latin letters alone."""
    if path:
        return ImageFont.truetype(path, size)
    own = ImageFont.load_default(size)
    if not isinstance(own, Font):  # Pillow was built without FreeType
        raise OSError("Pillow can draw no letters here.")
    return own


@functools.lru_cache(8192)
def has_glyph(path: str, letter: str) -> bool:
    """Can this font draw the letter? What is not seen can be drawn by any."""
    if letter.isspace() or unicodedata.category(letter) in {"Cf", "Mn"}:
        return True
    small = load_font(path, 24)
    return bytes(small.getmask(letter)) != bytes(small.getmask(MISSING_GLYPH))


def choose_font(text: str, *, wanted: str = "") -> tuple[str, str]:
    """(the font, the text without what it has not): `wanted` if it has every letter, else the one with the most."""
    paths = [*([wanted] if wanted else []), *installed_fonts().values(), ""]
    letters = [letter for letter in text if unicodedata.category(letter) not in EMOJI_CATEGORIES]
    path = max(paths, key=lambda one: sum(has_glyph(one, letter) for letter in letters))  # the first of equals
    return path, " ".join("".join(letter for letter in text if has_glyph(path, letter)).split())
