"""HTML that authors type into Markdown: rewritten with strict tags, and refused when cleaning it would be slow.

nh3 makes it safe afterwards. This module only limits the time that nh3 takes: an HTML parser searches its stack of open
elements at every tag, and reopens in each new paragraph whatever was never closed.
"""

import re

from django.utils.translation import gettext as _
from markdown_it.common.html_re import close_tag, open_tag
from markdown_it.rules_core import StateCore
from markdown_it.utils import EnvType

from blog.markup.extensions import open_table_box
from blog.markup.html_parts import VOID_TAGS, tag_set
from blog.markup.limits import MeteredMarkdown, TooCostly

# Longer than an address with its attributes; parsers compare every attribute of a tag with all others.
TAG_LIMIT = 4_000
# Open elements times tags: 50,000 paragraphs in 40 open elements are still accepted.
SEARCHED_LIMIT = 2_000_000
# Open formatting elements times tags: each tag may reopen all of them in the result.
REOPENED_LIMIT = 200_000

FORMATTING_TAGS = tag_set("a b big code em font i nobr s small strike strong tt u")
# Those that HTML closes by itself.
IMPLICITLY_CLOSED_TAGS = tag_set("p li dt dd td th tr thead tbody tfoot option optgroup colgroup caption rp rt")

_PIECE = re.compile(rf"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)|(?P<tag>{open_tag}|{close_tag})|<", re.DOTALL | re.ASCII)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


def add_raw_html_rules(md: MeteredMarkdown) -> None:
    """Rewrite raw HTML before it is rendered; call `refuse_unclosed_tags` afterwards."""
    md.core.ruler.before("text_join", "raw_html", _rewrite_raw_html)


def refuse_unclosed_tags(env: EnvType, html: str) -> None:
    """Raise TooCostly if the raw tags in a text would make cleaning its `html` slow."""
    raw_html, tags = env["raw_html"], html.count("<")
    if raw_html.max_depth * tags > SEARCHED_LIMIT or raw_html.max_formatting * tags > REOPENED_LIMIT:
        raise TooCostly(
            _("This text has too many HTML tags that are not closed, or closed in the wrong order. Check the HTML.")
        )


class RawHtml:
    """The raw tags of a text in their order, and how many a parser could have open at once."""

    def __init__(self, env: EnvType) -> None:
        self.env = env
        self.open_tags: list[str] = []
        self.open_formatting = self.strays = 0
        self.max_depth = self.max_formatting = 0

    def rewrite(self, html: str) -> str:
        """Keep strict tags only: comments are removed, any other `<` is shown as text."""
        return _PIECE.sub(self._piece, html)

    def _piece(self, match: re.Match[str]) -> str:
        tag: str = match["tag"]
        if not tag:
            return "&lt;" if match[0] == "<" else ""
        if len(tag) > TAG_LIMIT:
            return ""
        name = _NAME.findall(tag)[0].lower()
        if name not in VOID_TAGS:
            self._count(name, closing=tag[1] == "/")
        if name == "h1":
            return re.sub(r"h1", "h2", tag, count=1, flags=re.IGNORECASE)
        if name == "table":
            return tag + "</div>" if tag[1] == "/" else open_table_box(self.env) + tag
        return tag

    def _count(self, name: str, *, closing: bool) -> None:
        if not closing:
            self.open_tags.append(name)
            self.open_formatting += name in FORMATTING_TAGS
        else:
            while self.open_tags and self.open_tags[-1] != name and self.open_tags[-1] in IMPLICITLY_CLOSED_TAGS:
                self.open_tags.pop()
            if self.open_tags and self.open_tags[-1] == name:
                self.open_tags.pop()
                self.open_formatting -= name in FORMATTING_TAGS
            else:
                self.strays += 1
        self.max_depth = max(self.max_depth, len(self.open_tags) + self.strays)
        self.max_formatting = max(self.max_formatting, self.open_formatting + self.strays)


def _rewrite_raw_html(state: StateCore) -> None:
    raw_html = state.env["raw_html"] = RawHtml(state.env)
    for block in state.tokens:
        for token in [block, *(block.children or [])]:
            if token.type in ("html_block", "html_inline"):
                token.content = raw_html.rewrite(token.content)
