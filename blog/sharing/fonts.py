"""Finds fonts on this machine for the text in images, script by script; none come with the site."""

from __future__ import annotations

import functools
import os
import unicodedata
from pathlib import Path

from PIL import ImageFont

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/X11R6/lib/X11/fonts", "/Library/Fonts")
# In order of preference; the later ones are for scripts that the first do not have.
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
# A code point that will never be a character: its glyph is the one that fonts show for missing characters.
MISSING_GLYPH = "\U0010ffff"
EMOJI_CATEGORIES = {"So", "Sk"}  # emoji and their skin colours are no reason to choose another font

Font = ImageFont.FreeTypeFont


@functools.cache
def installed_fonts() -> dict[str, str]:
    """The paths of those of FONT_FILES that are installed, by name and in order; searched once in a process."""
    paths: dict[str, str] = {}
    for folder in FONT_FOLDERS:
        for here, _folders, names in os.walk(folder):
            paths |= {name: str(Path(here) / name) for name in set(FONT_FILES).intersection(names)}
    return {name: paths[name] for name in FONT_FILES if name in paths}


@functools.lru_cache(64)
def load_font(path: str, size: int) -> Font:
    """The font in that file; "" is Pillow's own, which has only Latin letters."""
    if path:
        return ImageFont.truetype(path, size)
    default = ImageFont.load_default(size)
    if not isinstance(default, Font):
        raise OSError("Pillow was built without FreeType and cannot draw text.")
    return default


@functools.lru_cache(8192)
def has_glyph(path: str, letter: str) -> bool:
    """Can this font draw the letter? Any font can draw what is invisible."""
    if letter.isspace() or unicodedata.category(letter) in {"Cf", "Mn"}:
        return True
    small = load_font(path, 24)
    return bytes(small.getmask(letter)) != bytes(small.getmask(MISSING_GLYPH))


def choose_font(text: str, *, wanted: str = "") -> tuple[str, str]:
    """The path of the font with the most letters of `text`, the first of equals, and the text that it can draw.

    `wanted` is tried first.
    """
    paths = [*([wanted] if wanted else []), *installed_fonts().values(), ""]
    letters = [letter for letter in text if unicodedata.category(letter) not in EMOJI_CATEGORIES]
    path = max(paths, key=lambda candidate: sum(has_glyph(candidate, letter) for letter in letters))
    return path, " ".join("".join(letter for letter in text if has_glyph(path, letter)).split())
