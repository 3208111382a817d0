"""A Markdown parser that counts its own work, so that no text can keep it busy for long.

It counts steps, not time, so that a text is accepted or refused on every machine alike.
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

# Costs in units of a third of a microsecond, measured on two slow cores with the most hostile texts.
STEP_COST = 10  # trying all inline rules at one position
SKIP_COST = 2  # passing a known position again, in search of a closing bracket
BLOCK_COST = 100  # a block, with its tokens and tags
LINE_COST = 20  # checking whether a line begins a block
QUOTE_COST = 14  # curling a quotation mark; more in a longer text, so measured in the longest
LINK_COST = 60  # checking an address, plus one unit for each of its characters
# Rules copy or scan the rest of a paragraph. Characters that cost one unit:
COPIED_PER_UNIT = 400  # … when a slice is copied
SCANNED_PER_UNIT = 15  # … when a regular expression looks for the end of a comment

# Quotes and lists inside each other. Beyond it markdown-it drops the text silently, so we refuse it.
NESTING_LIMIT = 40

# The longest address that every browser and email program accepts.
URL_LIMIT = 2_000
SAFE_SCHEMES = ("http", "https", "mailto")

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class TooCostly(ValueError):
    """The text would cost too much to render; the message is a sentence for its writer."""


class Meter:
    """The work that rendering a text may still cause."""

    __slots__ = ("left",)

    def __init__(self, units: int) -> None:
        self.left = units

    def spend(self, units: int) -> None:
        """Subtract `units`; raise TooCostly when none are left."""
        self.left -= units
        if self.left < 0:
            raise TooCostly(_("This text has too many formatting marks. Use fewer, or split it."))


class MeteredInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        # A run of emphasis signs is one step, but each sign becomes a token. Where `](` does not begin an address, the
        # parser has looked for its end through up to 32 brackets; `^[` makes a footnote.
        signs = sum(src.count(sign) for sign in "*_~")
        env["meter"].spend(STEP_COST + STEP_COST * signs + LINK_COST * (src.count("](") + src.count("^[")))
        return super().parse(src, md, env, tokens)

    def skipToken(self, state: StateInline) -> None:
        state.env["meter"].spend(SKIP_COST)
        super().skipToken(state)


class MeteredBlock(ParserBlock):
    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level >= NESTING_LIMIT:
            raise TooCostly(_("This text has quotes or lists that are nested too deeply. Use fewer levels."))
        super().tokenize(state, startLine, endLine)


class MeteredMarkdown(MarkdownIt):
    """MarkdownIt with a meter in its env, `render(text, {"meter": Meter(…)})`, and our rule for addresses."""

    def __init__(self, preset: str, **options: Any) -> None:
        super().__init__("zero")
        self.inline = MeteredInline()
        self.block = MeteredBlock()
        self.configure(preset, options_update={"maxNesting": NESTING_LIMIT, **options})
        self.inline.ruler.before("text", "cost", _charge_inline)
        everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("table", "cost", _charge_block, everywhere)

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
    cost = STEP_COST + rest // COPIED_PER_UNIT
    if state.src.startswith(("<!", "<?"), pos):
        cost += rest // SCANNED_PER_UNIT
    state.env["meter"].spend(cost)
    return False


def _charge_block(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    # Rules for rules, fences and tables go over the signs at the start of a line one by one.
    text = state.src[state.bMarks[startLine] : state.eMarks[startLine]]
    signs = len(text) - len(text.lstrip("-*_=|:`~# \t"))
    state.env["meter"].spend((LINE_COST if silent else BLOCK_COST) + signs)
    return False
