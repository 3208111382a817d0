"""Formulas: LaTeX between dollar signs, rendered as MathML, which browsers draw without script.

What latex2mathml makes is read as a tree and written again with a few elements of MathML Core, everything escaped. A
formula that it cannot read stays as typed.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element  # only the type of what latex2mathml returns: no XML is parsed

from django.utils.html import escape
from django.utils.translation import gettext_noop
from latex2mathml.converter import convert_to_element
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from blog.markup.footnotes import label_in_site_language
from blog.markup.html_parts import tag_set
from blog.markup.limits import STEP_COST, MeteredMarkdown

# Characters of a formula in a line, and of one on its own.
INLINE_LIMIT = 400
DISPLAY_LIMIT = 2_000
# Braces, groups and environments inside each other; latex2mathml calls itself for each.
GROUP_LIMIT = 20
# Units of work (limits.py) for a character, measured with letters, of which each becomes an element.
FORMULA_CHARACTER_COST = 30

# Elements of MathML Core, with the number of children that each must have, or 0 for any.
_CHILDREN = {
    **dict.fromkeys(tag_set("mi mn mo mtext mspace mrow mstyle msqrt mtable mtr mtd mphantom"), 0),
    **dict.fromkeys(tag_set("mfrac mroot msub msup munder mover"), 2),
    **dict.fromkeys(tag_set("msubsup munderover"), 3),
}
MATH_TAGS = frozenset(_CHILDREN) | {"math"}
_LENGTH = re.compile(r"-?[0-3]?(?:\.\d{1,5})?em", re.ASCII)
_FLAG = re.compile(r"true|false")
# Their attributes: what changes how a formula is read, and nothing that could move it over the page.
MATH_ATTRIBUTE_VALUES = {
    "accent": _FLAG,
    "alttext": re.compile(r".*", re.DOTALL),
    "display": re.compile(r"block|inline"),
    "displaystyle": _FLAG,
    "fence": _FLAG,
    "form": re.compile(r"prefix|infix|postfix"),
    "linethickness": re.compile(r"0"),
    "mathvariant": re.compile(r"normal"),
    "maxsize": _LENGTH,
    "minsize": _LENGTH,
    "scriptlevel": re.compile(r"[0-3]"),
    "stretchy": _FLAG,
    "width": _LENGTH,
}

# No space inside the signs and no letter or figure outside, so that `$5 and $10` and `US$5` are prices.
_INLINE = re.compile(rf"(?<![\w$\\])\$(?![\s$])((?:[^$\\\n]|\\[^\n]){{1,{INLINE_LIMIT}}}?)(?<!\s)\$(?![\w$])")
# A price with words: `$5 each, or two for A$`.
_PRICE = re.compile(r"\d[\d.,]*\s*[-–]?\s*[^\W\d_]{2}")
_BRACES = re.compile(r"\\(?:begin|end|left|right)(?![a-zA-Z])|\\.|[{}]", re.DOTALL)
_DEPTH = {"{": 1, "\\begin": 1, "\\left": 1, "}": -1, "\\end": -1, "\\right": -1}


def add_formulas(md: MeteredMarkdown) -> None:
    """Read `$…$` in a line and `$$…$$` on its own."""
    md.inline.ruler.before("escape", "formula", _parse_inline)
    md.block.ruler.before("fence", "formula", _parse_display, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.add_render_rule("formula_inline", formula_inline)
    md.add_render_rule("formula_display", formula_display)


def _parse_inline(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("$", state.pos):
        return False
    state.env["meter"].spend(STEP_COST * 4)  # looks at INLINE_LIMIT characters at most
    formula = _INLINE.match(state.src, state.pos, state.posMax)
    if not formula or _PRICE.match(formula[1]):
        return False
    if not silent:
        state.push("formula_inline", "math", 0).content = formula[1]
    state.pos = formula.end()
    return True


def _parse_display(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read lines from `$$` to `$$`, without an empty one between."""
    lines: list[str] = []
    for line in range(start_line, end_line):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
        if line == start_line and not text.startswith("$$"):
            return False
        text = text[2:] if line == start_line else text
        if (line > start_line and not text) or state.sCount[line] < state.blkIndent:
            return False
        closes = text.endswith("$$")
        lines.append(text[:-2] if closes else text)
        if closes:
            return _push_display(state, start_line, line + 1, "\n".join(lines).strip(), silent=silent)
        if sum(map(len, lines)) > DISPLAY_LIMIT or "$$" in text:
            return False
    return False


def _push_display(state: StateBlock, start_line: int, next_line: int, latex: str, *, silent: bool) -> bool:
    if not latex or "$$" in latex or len(latex) > DISPLAY_LIMIT:
        return False
    if not silent:
        state.line = next_line
        token = state.push("formula_display", "math", 0)
        token.content, token.map = latex, [start_line, next_line]
    return True


def formula_inline(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    latex = tokens[idx].content
    return render_formula(latex, env, display="inline") or f"<code>${escape(latex)}$</code>"


def formula_display(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    """A formula on its own scrolls in a box when it is wide; regions of a page need different labels."""
    latex = tokens[idx].content
    if not (math := render_formula(latex, env, display="block")):
        return f"<pre><code>$$\n{escape(latex)}\n$$</code></pre>\n"
    env["formulas"] = env.get("formulas", 0) + 1
    label = label_in_site_language(gettext_noop("Formula %d"), env["formulas"])
    return f'<div class="formula" role="region" tabindex="0" aria-label="{label}">{math}</div>\n'


def render_formula(latex: str, env: EnvType, *, display: str) -> str:
    """The MathML of a formula; "" when it cannot be read, or the text has no work left."""
    cost = FORMULA_CHARACTER_COST * len(latex)
    if cost > env["meter"].left or not _is_balanced(latex):
        return ""
    env["meter"].spend(cost)
    try:
        content = "".join(_render_element(convert_to_element(latex, display=display)))
    except Exception:  # latex2mathml raises its own errors, and IndexError and the like for what it did not expect
        return ""
    return f'<math display="{display}" alttext="{escape(latex)}">{content}</math>'


def _is_balanced(latex: str) -> bool:
    depth = deepest = 0
    for mark in _BRACES.findall(latex):
        depth += _DEPTH.get(mark, 0)
        deepest = max(deepest, depth)
        if depth < 0:
            return False
    return depth == 0 and deepest <= GROUP_LIMIT


def _render_element(element: Element) -> Iterator[str]:
    """What is in an element, with its own tag unless it is the `math` around all or has none that is allowed.

    Raises ValueError for a command that is unknown, and for a fraction and the like without all its parts.
    """
    tag = element.tag
    text = unescape(element.text or "")  # latex2mathml writes characters as references
    is_kept = tag in _CHILDREN
    if (text.startswith("\\") and text != "\\") or (is_kept and _CHILDREN[tag] not in (0, len(element))):
        raise ValueError(text or tag)
    if is_kept:
        values = ((name, str(value)) for name, value in element.attrib.items())
        kept = (
            f' {name}="{value}"'
            for name, value in values
            if name in MATH_ATTRIBUTE_VALUES and MATH_ATTRIBUTE_VALUES[name].fullmatch(value)
        )
        yield f"<{tag}{''.join(kept)}>"
    yield escape(text)
    for child in element:
        yield from _render_element(child)
    if is_kept:
        yield f"</{tag}>"
