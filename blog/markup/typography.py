"""Sets curly quotes, dashes and ellipses in linear time; markdown-it's own rule is quadratic."""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markup.limits import QUOTE_COST

_QUOTES = re.compile("[\"']+")
_OPENING = str.maketrans("\"'", "“‘")
_CLOSING = str.maketrans("\"'", "”’")
_EM_DASH = re.compile(r"(?<!-)---(?!-)")
_EN_DASH = re.compile(r"(?<=\s)--(?=\s|$)|(?<=[^\s-])--(?=[^\s-])")
_ADDRESS = re.compile(r"(https?://[^\s()<>\"]+)")
_BEFORE_OPENING = " \t\n\u00a0([{<-–—/=“‘«"


def typeset(text: str) -> str:
    """Plain text with curly quotes, dashes and ellipses; addresses in it stay as they are."""
    pieces, before = [], " "
    for piece in _ADDRESS.split(text):
        if not _ADDRESS.fullmatch(piece):
            piece, before = _curl_quotes(_replace_dashes(piece), before)
        elif piece:
            before = piece[-1]
        pieces.append(piece)
    return "".join(pieces)


def set_typography(state: StateCore) -> None:
    """A core rule; each sign is set by what is before it, so that one pass is enough."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            state.env["meter"].spend(QUOTE_COST * (block.content.count('"') + block.content.count("'")))
            _set_inline_typography(block.children)


def _set_inline_typography(tokens: list[Token]) -> None:
    before, verbatim = " ", 0
    for token in tokens:
        if token.info == "auto":
            verbatim += token.nesting
        if token.type == "text" and not verbatim:
            token.content = _replace_dashes(token.content)
            token.content, before = _curl_quotes(token.content, before)
        elif token.type in ("softbreak", "hardbreak"):
            before = " "
        elif token.content and token.type != "html_inline":
            before = token.content[-1]


def _replace_dashes(text: str) -> str:
    if "--" in text:
        text = _EN_DASH.sub("–", _EM_DASH.sub("—", text))
    return text.replace("...", "…")


def _curl_quotes(text: str, before: str) -> tuple[str, str]:
    """The text with curly quotes, and its last character (`before` when it is empty)."""
    if not text:
        return text, before

    def curly(run: re.Match[str]) -> str:
        last = text[run.start() - 1] if run.start() else before
        following = text[run.end() : run.end() + 1]
        if last not in _BEFORE_OPENING or (following.isdigit() and run[0] == "'"):
            return run[0].translate(_CLOSING)
        return run[0] if following.isspace() else run[0].translate(_OPENING)

    return _QUOTES.sub(curly, text), text[-1]
