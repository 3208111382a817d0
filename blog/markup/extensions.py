"""Our extensions of Markdown: automatic links, figures, quotations, tables, footnotes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from markdown_it.rules_block import StateBlock, reference, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def
from mdit_py_plugins.footnote.index import footnote_ref as parse_footnote_ref

from blog.markup.figures import build_figures, caption_tokens
from blog.markup.footnotes import (
    footnote_anchor,
    footnote_block_close,
    footnote_block_open,
    footnote_open,
    footnote_ref,
    label_in_site_language,
)
from blog.markup.limits import LINK_COST, MeteredMarkdown, TooCostly
from blog.markup.lone_links import mark_lone_links
from blog.markup.typography import set_typography

# A cell costs about two steps even when it is empty, and short rows are filled up with empty cells.
CELL_COST = 25
# What a line of a footnote after its first is indented by.
FOOTNOTE_INDENT = 4
# A definition may be used by many references: characters that all of them together may add.
REFERENCED_LIMIT = 1_000_000

_URL = re.compile(r"""[^\W_][^\s<>"'`\[\]\\“”«»]{2,1900}""")
_WWW = re.compile(r"""(?<![\w./@-])www\.[\w-]+\.[^\s<>"'`\[\]\\“”«»]{2,1900}""")
_SCHEME = re.compile(r"(?<![a-z0-9])https?$", re.IGNORECASE)
_NOTE_LABEL = re.compile(r"\[\^[^\]\s]{1,100}\]")
_DASH_AT_START = re.compile(r"\s*(?:—|–|―|---?)\s*(?=\S|$)")


def add_autolinks(md: MeteredMarkdown) -> None:
    """Turn `https://…` and `www.…` into links; linkify-it would take as long as all the rest together."""
    md.inline.ruler.before("text", "address", _autolink_url)
    md.core.ruler.before("text_join", "www", _autolink_www)


def add_author_extensions(md: MeteredMarkdown) -> None:
    """Add what posts may contain and comments may not."""
    footnote_plugin(md)
    md.block.ruler.at("reference", _reference_except_footnote)
    md.block.ruler.at("footnote_def", _top_level_footnote_def, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("footnote_ref", _limit_footnote_ref)
    md.block.ruler.at("table", _limit_table, {"alt": ["paragraph", "reference"]})
    md.core.ruler.after("block", "references", _limit_references)
    for rule in (_lower_headings, build_figures, mark_lone_links, _build_quotations, _mark_cells, set_typography):
        md.core.ruler.before("text_join", rule.__name__, rule)
    # markdown-it finds render rules by the names of tokens, which are those of these functions.
    render_rules = [blockquote_open, table_open, table_close, footnote_ref]
    render_rules += [footnote_block_open, footnote_block_close, footnote_open, footnote_anchor]
    for render_rule in render_rules:
        md.add_render_rule(render_rule.__name__, render_rule)


def _trim_url(address: str) -> str:
    """Cut off the sentence's punctuation at the end, as GitHub does."""
    address = address.rstrip("?!.,:;*_~")
    surplus = address.count(")") - address.count("(")
    closing = len(address) - len(address.rstrip(")"))
    return address[: len(address) - max(0, min(surplus, closing))].rstrip("?!.,:;*_~")


def _autolink_url(state: StateInline, silent: bool) -> bool:
    pos = state.pos
    if state.linkLevel or not state.src.startswith("://", pos):
        return False
    scheme = _SCHEME.search(state.src[max(0, pos - 6) : pos])
    rest = _URL.match(state.src, pos + 3, state.posMax)
    if not scheme or not rest:
        return False
    address = scheme[0] + "://" + _trim_url(rest[0])
    state.env["meter"].spend(LINK_COST + len(address))
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if not silent:
        if not state.pending.endswith(scheme[0]):
            return False
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
        state.tokens[-3].info = state.tokens[-1].info = "auto"
    state.pos += len(address) - len(scheme[0])
    return True


def _autolink_www(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and "www." in block.content:
            block.children = list(_split_www_links(block.children or [], state))


def _split_www_links(tokens: list[Token], state: StateCore) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or inside or "www." not in token.content:
            yield token
            continue
        end = 0
        for match in _WWW.finditer(token.content):
            address = _trim_url(match[0])
            state.env["meter"].spend(2 * LINK_COST + len(address))
            href = state.md.normalizeLink("https://" + address)
            yield Token("text", "", 0, content=token.content[end : match.start()], level=token.level)
            yield Token("link_open", "a", 1, info="auto", attrs={"href": href})
            yield Token("text", "", 0, content=address, level=token.level)
            yield Token("link_close", "a", -1, info="auto")
            end = match.start() + len(address)
        yield Token("text", "", 0, content=token.content[end:], level=token.level)


def _limit_table(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    if not silent and startLine + 1 < endLine:
        ruler = state.src[state.bMarks[startLine + 1] : state.eMarks[startLine + 1]]
        if "-" in ruler and not ruler.strip(" \t|:->"):
            blank = re.compile(r"\n[ \t>]*(?:\n|\Z)").search(state.src, state.eMarks[startLine + 1])
            end = blank.start() if blank else len(state.src)
            rows = 2 + state.src.count("\n", state.eMarks[startLine + 1], end)
            state.env["meter"].spend(CELL_COST * rows * (1 + ruler.count("|")))
    return table(state, startLine, endLine, silent)


def _top_level_footnote_def(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """Take definitions at the top level only: inside another block the plugin loses the ends of blocks.

    A definition that is not indented ends the one on the line before, like a blank line.
    """
    if silent and state.env.get("is_in_footnote"):
        return state.sCount[startLine] < FOOTNOTE_INDENT and footnote_def(state, startLine, endLine, silent)
    if state.level > 0:
        return False
    state.env["is_in_footnote"] = True
    try:
        return footnote_def(state, startLine, endLine, silent)
    finally:
        state.env["is_in_footnote"] = False


def _reference_except_footnote(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """Leave a footnote's definition that we do not take as text: as a link's it would disappear."""
    first = state.bMarks[startLine] + state.tShift[startLine]
    return not state.src.startswith("[^", first) and reference(state, startLine, endLine, silent)


def _limit_footnote_ref(state: StateInline, silent: bool) -> bool:
    """Limit the length of labels: the plugin's own rule looks for their end as far as there is text."""
    return bool(_NOTE_LABEL.match(state.src, state.pos)) and parse_footnote_ref(state, silent)


def _limit_references(state: StateCore) -> None:
    targets = state.env.get("references", {}).values()
    longest = max((len(target["href"]) + len(target["title"]) for target in targets), default=0)
    if longest * state.src.count("[") > REFERENCED_LIMIT:
        raise TooCostly(_("This text uses a long link address or title too many times."))


def _lower_headings(state: StateCore) -> None:
    """Lower the headings of a text that uses `#` by one level: the page has its own `h1`."""
    headings = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"


def _build_quotations(state: StateCore) -> None:
    """Turn a block quote whose last paragraph or line begins with a dash into a figure, with that as its caption."""
    tokens: list[Token] = []
    starts: list[int] = []
    for token in state.tokens:
        if token.type == "blockquote_open":
            starts.append(len(tokens))
        caption = _take_attribution(tokens, starts.pop()) if token.type == "blockquote_close" else None
        tokens.append(token)
        if caption:
            tokens += [*caption_tokens(caption), Token("figure_close", "figure", -1, block=True)]
    state.tokens = tokens


def _take_attribution(tokens: list[Token], start: int) -> list[Token] | None:
    """Remove the attribution from the quote that opens at `tokens[start]`, mark the quote, and return it."""
    if tokens[-1].type != "paragraph_close":
        return None
    words = tokens[-2].children or []
    if len(tokens) - start > 4 and _starts_with_dash(words):
        del tokens[-3:]
    else:
        breaks = (i for i in range(len(words) - 1, 0, -1) if words[i].type in ("softbreak", "hardbreak"))
        line = next((i for i in breaks if words[i].level == 0), None)
        if line is None or not _starts_with_dash(words[line + 1 :]):
            return None
        tokens[-2].children, words = words[:line], words[line + 1 :]
    words[0].content = _DASH_AT_START.sub("", words[0].content, count=1)
    for word in words:
        if word.tag == "em":  # what is emphasised in a source is the title of a work
            word.tag = "cite"
    tokens[start].meta["attributed"] = True
    return words


def _starts_with_dash(words: list[Token]) -> bool:
    if not words or words[0].type != "text":
        return False
    dash = _DASH_AT_START.match(words[0].content)
    return dash is not None and (len(words) > 1 or dash.end() < len(words[0].content))


def blockquote_open(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    figure = '<figure class="quotation">\n' if tokens[idx].meta.get("attributed") else ""
    return figure + "<blockquote>\n"


def _mark_cells(state: StateCore) -> None:
    """Set alignment by a class: a style attribute would need an exception in the content security policy."""
    for token in state.tokens:
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs["class"] = "align-" + str(token.attrs.pop("style")).removeprefix("text-align:")


def table_open(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    return open_table_box(env) + "<table>\n"


def table_close(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    return "</table>\n</div>\n"


def open_table_box(env: EnvType) -> str:
    """The start of a box in which a wide table scrolls; numbered, since regions of a page need different labels."""
    env["tables"] = env.get("tables", 0) + 1
    label = label_in_site_language(gettext_noop("Table %d"), env["tables"])
    return f'<div class="table" role="region" tabindex="0" aria-label="{label}">\n'
