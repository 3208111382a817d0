"""A Markdown parser that counts its own work, so that no text can keep it busy for long.

The count is of steps, not of time: the same text is refused or accepted on every machine.
"""

import re
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

# Prices in units of a third of a microsecond, measured on two slow cores with the most hostile texts.
STEP_COST = 10  # one try of all inline rules at one place
SKIP_COST = 2  # one place already known, passed again while looking for a closing bracket
BLOCK_COST = 100  # one block, with its tokens and tags
LINE_COST = 20  # one look whether a line begins a block
QUOTE_COST = 14  # one quotation mark to set; dearer the longer the text, so priced for the longest
LINK_COST = 60  # one address to check, and one unit for each of its characters
# Rules copy or scan the rest of a paragraph: characters that cost one unit.
COPIED_PER_UNIT = 400  # … when a slice is copied
SCANNED_PER_UNIT = 15  # … when a regular expression looks for the end of a comment

# Quotes and lists inside each other. Deeper, markdown-it drops the text without a word, so we refuse.
NESTING_LIMIT = 40

# The longest address that every browser and mail program accepts.
URL_LIMIT = 2_000
SAFE_SCHEMES = ("http", "https", "mailto")

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class TooCostly(ValueError):
    """The text would cost too much to render; the message is one sentence for its writer."""


class Meter:
    """What is left of the work that one text may cause."""

    __slots__ = ("left",)

    def __init__(self, units: int):
        self.left = units

    def spend(self, units: int) -> None:
        """Take `units` off; raise TooCostly when none are left."""
        self.left -= units
        if self.left < 0:
            raise TooCostly(_("This text holds too many formatting signs; please use fewer or split it."))


class MeteredInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        # A run of emphasis signs is one step, but each of them becomes a token. Where `](` does not begin an
        # address, the parser has looked for its end through as many as 32 brackets; `^[` makes a footnote.
        signs = sum(src.count(sign) for sign in "*_~")
        env["meter"].spend(STEP_COST + STEP_COST * signs + LINK_COST * (src.count("](") + src.count("^[")))
        return super().parse(src, md, env, tokens)

    def skipToken(self, state: StateInline) -> None:
        state.env["meter"].spend(SKIP_COST)
        super().skipToken(state)


class MeteredBlock(ParserBlock):
    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level >= NESTING_LIMIT:
            raise TooCostly(_("This text has quotes or lists inside each other too many times."))
        super().tokenize(state, startLine, endLine)


class MeteredMarkdown(MarkdownIt):
    """MarkdownIt with a meter in its env, `render(text, {"meter": Meter(…)})`, and our rule for addresses."""

    def __init__(self, preset: str, **options: Any) -> None:
        super().__init__("zero")
        self.inline = MeteredInline()
        self.block = MeteredBlock()
        self.configure(preset, options_update={"maxNesting": NESTING_LIMIT, **options})
        self.inline.ruler.before("text", "toll", _charge_inline)
        everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("table", "toll", _charge_block, everywhere)

    def normalizeLink(self, url: str) -> str:
        return quote(_BARE_PERCENT.sub("%25", url), safe="%;/?:@&=+$,-_.!~*'()#")

    def normalizeLinkText(self, link: str) -> str:
        return link

    def validateLink(self, url: str) -> bool:
        if len(url) > URL_LIMIT:
            return False
        head, colon, _ = url.partition(":")
        is_relative = not colon or any(mark in head for mark in "/?#")
        return is_relative or head.lower() in SAFE_SCHEMES


def _charge_inline(state: StateInline, silent: bool) -> bool:
    pos, rest = state.pos, state.posMax - state.pos
    price = STEP_COST + rest // COPIED_PER_UNIT
    if state.src.startswith(("<!", "<?"), pos):
        price += rest // SCANNED_PER_UNIT
    state.env["meter"].spend(price)
    return False


def _charge_block(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    # Rules for lines, fences and tables walk, one by one, over the signs that a line begins with.
    text = state.src[state.bMarks[startLine] : state.eMarks[startLine]]
    walked = len(text) - len(text.lstrip("-*_=|:`~# \t"))
    state.env["meter"].spend((LINE_COST if silent else BLOCK_COST) + walked)
    return False
