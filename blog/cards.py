"""The picture that stands for a post where its address is shared: title, names, day, the name of the site, the tile.

Everything is drawn here, from our own geometry and with a font of the machine; nothing is fetched.
"""

from __future__ import annotations

import functools
import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw, ImageFont

from blog import faces

WIDTH, HEIGHT = 1200, 630
MARGIN = 80
INNER = WIDTH - 2 * MARGIN
# The house by day (static/css/tokens.css).
PAPER, INK, PALE, MARK, MARK_TEXT = "#fbf8f1", "#1d2433", "#565c69", "#0e7c7b", "#0b6a69"
# One star of the girih (static/img/star.svg), 32 units wide, and what is cut out of it.
STAR = [(16, 0), (21, 5), (27, 5), (27, 11), (32, 16), (27, 21), (27, 27), (21, 27),
        (16, 32), (11, 27), (5, 27), (5, 21), (0, 16), (5, 11), (5, 5), (11, 5)]  # fmt: skip
EYE = [(16, 9), (23, 16), (16, 23), (9, 16)]
TILE = 40  # thirty of them fill the width
SITE_TOP, BAND_TOP, TITLE_TOP, TITLE_BOTTOM, FOOT_TOP = 56, 136, 204, 500, 536
SITE_SIZE, FOOT_SIZE = 44, 32
# The largest of these at which the title fits; at the last it is cut.
TITLE_SIZES = (92, 80, 70, 62, 54, 48)
LEADING = 1.2
# Of grey between a colour and the paper: as many as soft edges need.
STEPS = 16
# Raise this when the drawing changes. Not the release: pictures keep their addresses when something else does, and two
# machines in the middle of an upgrade agree.
EDITION = 1


@dataclass(frozen=True)
class Card:
    """What is written on a picture. `foot` is a line such as "Alice, 20 March 2026"."""

    site: str
    title: str
    foot: str

    @functools.cached_property
    def version(self) -> str:
        """Sixteen digits that differ when anything on the picture does."""
        content = json.dumps([EDITION, asdict(self)], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class Words:
    """A text in a font that can draw it, and the way it runs."""

    text: str
    path: str
    size: int

    @property
    def face(self) -> faces.Face:
        return faces.face(self.path, self.size)

    @functools.cached_property
    def runs_left(self) -> bool:
        """Does the first letter with a direction belong to a script that is written from right to left?"""
        ways = (unicodedata.bidirectional(letter) for letter in self.text)
        return next((way in {"R", "AL"} for way in ways if way in {"L", "R", "AL"}), False)

    @property
    def way(self) -> str | None:
        """For Pillow, which takes a direction only where it can shape letters: never in its own font."""
        if self.face.layout_engine != ImageFont.Layout.RAQM:
            return None
        return "rtl" if self.runs_left else "ltr"

    def width(self, text: str) -> float:
        """The pixels that `text` takes, with what hangs over."""
        return measured(self.face, text, self.way)


@functools.lru_cache(4096)
def measured(face: faces.Face, text: str, way: str | None) -> float:
    left, _top, right, _bottom = face.getbbox(text, direction=way)
    return max(face.getlength(text, direction=way), right - min(0, left))


def png(card: Card, *, font: str = "") -> bytes:
    """The card as a PNG of some 20 kB; `font` is a file to be preferred to those that are found."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    picture.paste(band(), (0, BAND_TOP))
    draw = ImageDraw.Draw(picture)
    title, lines = fitted(card.title, font)
    if not lines:  # no font here has a letter of it
        title, lines = fitted(card.site, font)
    align_left = not title.runs_left
    site = words(card.site, SITE_SIZE, font)
    write(draw, site, shortened(site, site.text), SITE_TOP, MARK_TEXT, align_left=align_left)
    step = round(title.size * LEADING)
    top = TITLE_TOP + (TITLE_BOTTOM - TITLE_TOP - step * len(lines)) // 2
    for number, line in enumerate(lines):
        write(draw, title, line, top + number * step, INK, align_left=align_left)
    foot = words(card.foot, FOOT_SIZE, font)
    write(draw, foot, shortened(foot, foot.text), FOOT_TOP, PALE, align_left=align_left)
    out = BytesIO()
    picture.quantize(palette=palette(), dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def words(text: str, size: int, font: str) -> Words:
    path, drawable = faces.best(text, wanted=font)
    return Words(drawable, path, size)


def write(draw: ImageDraw.ImageDraw, made: Words, line: str, top: int, colour: str, *, align_left: bool) -> None:
    """One line at the margin where its card's text begins. Ascenders are measured, for scripts differ in them."""
    x, anchor = (MARGIN, "la") if align_left else (WIDTH - MARGIN, "ra")
    draw.text((x, top), line, colour, made.face, anchor, direction=made.way)


@functools.cache
def palette() -> Image.Image:
    """Each colour in steps towards the paper: all that can be on a card. To find them anew would take half the time."""
    paper = ImageColor.getrgb(PAPER)
    colours: list[int] = []
    for name in (INK, PALE, MARK, MARK_TEXT):
        colour = ImageColor.getrgb(name)
        for step in range(STEPS):
            pairs = zip(paper, colour, strict=True)
            colours += [round(light + (dark - light) * step / (STEPS - 1)) for light, dark in pairs]
    holder = Image.new("P", (1, 1))
    holder.putpalette(colours)
    return holder


@functools.cache
def band() -> Image.Image:
    """The girih across the whole width, drawn four times as large and made smaller for soft edges."""
    scale = 4 * TILE / 32
    tile = Image.new("RGB", (4 * TILE, 4 * TILE), PAPER)
    draw = ImageDraw.Draw(tile)
    for shape, colour in ((STAR, MARK), (EYE, PAPER)):
        draw.polygon([(x * scale, y * scale) for x, y in shape], fill=colour)
    small = tile.resize((TILE, TILE), Image.Resampling.LANCZOS)
    whole = Image.new("RGB", (WIDTH, TILE), PAPER)
    for left in range(0, WIDTH, TILE):
        whole.paste(small, (left, 0))
    return whole


# Lines


def fitted(title: str, font: str) -> tuple[Words, list[str]]:
    """The title at the largest size at which it fits, in lines of about one length."""
    path, text = faces.best(title, wanted=font)
    for size in TITLE_SIZES:
        made = Words(text, path, size)
        room = (TITLE_BOTTOM - TITLE_TOP) // round(size * LEADING)
        lines = wrapped(made, text, INNER)
        if len(lines) <= room and all(made.width(word) <= INNER for word in text.split()):
            return made, balanced(made, text, len(lines))
    kept = lines[:room]
    if len(lines) > room:
        kept[-1] = shortened(made, f"{kept[-1]} {lines[room]}")
    return made, kept


def wrapped(made: Words, text: str, limit: float) -> list[str]:
    """`text` in lines of at most `limit` pixels; only a word longer than that is broken."""
    lines: list[str] = []
    line = ""
    for word in pieces(made, text, limit):
        longer = f"{line} {word}" if line else word
        if made.width(longer) <= limit:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines


def pieces(made: Words, text: str, limit: float) -> list[str]:
    """The words, those that are too long in parts."""
    found: list[str] = []
    for word in text.split():
        while made.width(word) > limit:
            head = cut(made, word, limit)
            found.append(head)
            word = word[len(head) :]
        found.append(word)
    return found


def cut(made: Words, word: str, limit: float) -> str:
    """As much of the beginning of `word` as fits, one letter at least, and no accent torn from its letter."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if made.width(word[:middle]) <= limit else (low, middle - 1)
    while low > 1 and low < len(word) and unicodedata.combining(word[low]):
        low -= 1
    return word[:low]


def balanced(made: Words, text: str, count: int) -> list[str]:
    """The same number of lines, as narrow as they can be."""
    low, high = INNER // max(1, count) // 2, INNER
    while high - low > 8:
        middle = (low + high) // 2
        fits = len(wrapped(made, text, middle)) <= count and all(made.width(word) <= middle for word in text.split())
        low, high = (low, middle) if fits else (middle, high)
    return wrapped(made, text, high)


def shortened(made: Words, text: str) -> str:
    """`text` on one line, with an ellipsis when it is cut."""
    if made.width(text) <= INNER:
        return text
    dots = "…" if faces.has(made.path, "…") else "..."
    return cut(made, text, INNER - made.width(dots)).rstrip(" ,;:.–—-") + dots
