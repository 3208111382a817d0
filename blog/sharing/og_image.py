"""Draws the image that other sites show for a post: its title, authors and date, the site's name and its ornament.

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

from blog.sharing import fonts

WIDTH, HEIGHT = 1200, 630
MARGIN = 80
INNER = WIDTH - 2 * MARGIN
# The site's colours in light mode (static/css/tokens.css).
PAPER, INK, PALE, MARK, MARK_TEXT = "#fbf8f1", "#1d2433", "#565c69", "#0e7c7b", "#0b6a69"
# A star of the ornament (static/img/star.svg), 32 units wide, and what is cut out of it.
STAR = [(16, 0), (21, 5), (27, 5), (27, 11), (32, 16), (27, 21), (27, 27), (21, 27),
        (16, 32), (11, 27), (5, 27), (5, 21), (0, 16), (5, 11), (5, 5), (11, 5)]  # fmt: skip
EYE = [(16, 9), (23, 16), (16, 23), (9, 16)]
TILE = 40  # thirty of them fill the width
SITE_TOP, BAND_TOP, TITLE_TOP, TITLE_BOTTOM, FOOT_TOP = 56, 136, 204, 500, 536
SITE_SIZE, FOOT_SIZE = 44, 32
# The largest of these sizes at which the title fits is used; at the smallest it is cut.
TITLE_SIZES = (92, 80, 70, 62, 54, 48)
LEADING = 1.2
# Steps between a colour and the background, for soft edges.
SHADES = 16
# Raise this when the drawing changes. Not the release: images keep their addresses when only other things change, and
# two machines agree during an upgrade.
EDITION = 1


@dataclass(frozen=True)
class OgImage:
    """The text of an image. `foot` is a line such as "Alice · 20 March 2026"."""

    site: str
    title: str
    foot: str

    @functools.cached_property
    def version(self) -> str:
        """Sixteen digits that change with anything in the image."""
        content = json.dumps([EDITION, asdict(self)], ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class StyledText:
    """A text in a font that can draw it."""

    text: str
    font_path: str
    size: int

    @property
    def font(self) -> fonts.Font:
        return fonts.load_font(self.font_path, self.size)

    @functools.cached_property
    def is_rtl(self) -> bool:
        """Does the first letter with a direction belong to a right-to-left script?"""
        classes = (unicodedata.bidirectional(letter) for letter in self.text)
        return next((name in {"R", "AL"} for name in classes if name in {"L", "R", "AL"}), False)

    @property
    def direction(self) -> str | None:
        """The direction for Pillow, which takes one only where it can shape letters: never in its own font."""
        if self.font.layout_engine != ImageFont.Layout.RAQM:
            return None
        return "rtl" if self.is_rtl else "ltr"

    def width(self, text: str) -> float:
        """The width of `text` in pixels, with any overhang."""
        return measure_width(self.font, text, self.direction)


@functools.lru_cache(4096)
def measure_width(font: fonts.Font, text: str, direction: str | None) -> float:
    left, _top, right, _bottom = font.getbbox(text, direction=direction)
    return max(font.getlength(text, direction=direction), right - min(0, left))


def render_og_image(card: OgImage, *, font: str = "") -> bytes:
    """Draw the image as a PNG of some 20 kB; `font` is the path of a font to be preferred."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    picture.paste(draw_band(), (0, BAND_TOP))
    draw = ImageDraw.Draw(picture)
    title, lines = fit_title(card.title, font)
    if not lines:  # no font on this machine has any letter of it
        title, lines = fit_title(card.site, font)
    align_left = not title.is_rtl
    site = style_text(card.site, SITE_SIZE, font)
    draw_text_line(draw, site, ellipsize(site, site.text), SITE_TOP, MARK_TEXT, align_left=align_left)
    step = round(title.size * LEADING)
    top = TITLE_TOP + (TITLE_BOTTOM - TITLE_TOP - step * len(lines)) // 2
    for number, line in enumerate(lines):
        draw_text_line(draw, title, line, top + number * step, INK, align_left=align_left)
    foot = style_text(card.foot, FOOT_SIZE, font)
    draw_text_line(draw, foot, ellipsize(foot, foot.text), FOOT_TOP, PALE, align_left=align_left)
    out = BytesIO()
    picture.quantize(palette=build_palette(), dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def style_text(text: str, size: int, font: str) -> StyledText:
    path, drawable = fonts.choose_font(text, wanted=font)
    return StyledText(drawable, path, size)


def draw_text_line(
    draw: ImageDraw.ImageDraw, styled: StyledText, line: str, top: int, colour: str, *, align_left: bool
) -> None:
    """Draw a line from the margin where the text begins; positioned by its ascenders, in which scripts differ."""
    x, anchor = (MARGIN, "la") if align_left else (WIDTH - MARGIN, "ra")
    draw.text((x, top), line, colour, styled.font, anchor, direction=styled.direction)


@functools.cache
def build_palette() -> Image.Image:
    """Each colour in steps towards the background: all that an image can contain. Finding them would take as long as
    drawing."""
    paper = ImageColor.getrgb(PAPER)
    colours: list[int] = []
    for name in (INK, PALE, MARK, MARK_TEXT):
        colour = ImageColor.getrgb(name)
        for step in range(SHADES):
            pairs = zip(paper, colour, strict=True)
            colours += [round(light + (dark - light) * step / (SHADES - 1)) for light, dark in pairs]
    holder = Image.new("P", (1, 1))
    holder.putpalette(colours)
    return holder


@functools.cache
def draw_band() -> Image.Image:
    """Draw the ornament across the whole width, four times as large and then reduced for soft edges."""
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


def fit_title(title: str, font: str) -> tuple[StyledText, list[str]]:
    """Set the title at the largest size at which it fits, in lines of about the same length."""
    path, text = fonts.choose_font(title, wanted=font)
    for size in TITLE_SIZES:
        styled = StyledText(text, path, size)
        room = (TITLE_BOTTOM - TITLE_TOP) // round(size * LEADING)
        lines = wrap_lines(styled, text, INNER)
        if len(lines) <= room and all(styled.width(word) <= INNER for word in text.split()):
            return styled, balance_lines(styled, text, len(lines))
    shown = lines[:room]
    if len(lines) > room:
        shown[-1] = ellipsize(styled, f"{shown[-1]} {lines[room]}")
    return styled, shown


def wrap_lines(styled: StyledText, text: str, limit: float) -> list[str]:
    """Wrap `text` into lines of at most `limit` pixels; only a word longer than that is broken."""
    lines: list[str] = []
    line = ""
    for word in break_long_words(styled, text, limit):
        longer = f"{line} {word}" if line else word
        if styled.width(longer) <= limit:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines


def break_long_words(styled: StyledText, text: str, limit: float) -> list[str]:
    """The words of `text`, with those that are too long in parts."""
    words: list[str] = []
    for word in text.split():
        while styled.width(word) > limit:
            head = cut_to_width(styled, word, limit)
            words.append(head)
            word = word[len(head) :]
        words.append(word)
    return words


def cut_to_width(styled: StyledText, word: str, limit: float) -> str:
    """As much of the beginning of `word` as fits, at least one letter, and no letter without its accents."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if styled.width(word[:middle]) <= limit else (low, middle - 1)
    while low > 1 and low < len(word) and unicodedata.combining(word[low]):
        low -= 1
    return word[:low]


def balance_lines(styled: StyledText, text: str, count: int) -> list[str]:
    """Wrap `text` into `count` lines that are as narrow as possible."""
    low, high = INNER // max(1, count) // 2, INNER
    while high - low > 8:
        middle = (low + high) // 2
        fits = len(wrap_lines(styled, text, middle)) <= count and all(
            styled.width(word) <= middle for word in text.split()
        )
        low, high = (low, middle) if fits else (middle, high)
    return wrap_lines(styled, text, high)


def ellipsize(styled: StyledText, text: str) -> str:
    """Fit `text` on one line, with an ellipsis when it is cut."""
    if styled.width(text) <= INNER:
        return text
    dots = "…" if fonts.has_glyph(styled.font_path, "…") else "..."
    return cut_to_width(styled, text, INNER - styled.width(dots)).rstrip(" ,;:.–—-") + dots
