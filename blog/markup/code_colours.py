"""Colours code blocks in a named language with Pygments: classes for a style sheet, and no other markup.

Pygments matches regular expressions, some of which take quadratic time. So only languages on a list are coloured, of
which no single match was found to be slow, only blocks of some 200 lines, and only for so long; other code is plain.
"""

import functools
import time
from collections import deque
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.html import escape
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token
from markdown_it.utils import EnvType
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, String, _TokenType

from blog.markup.html_parts import tag_set
from blog.markup.limits import MeteredMarkdown

# Characters of a block that is coloured.
CODE_LIMIT = 8_000
# Units of work (limits.py) for a character, and for a block: the first in a language loads its rules.
CHARACTER_COST = 10
CODE_BLOCK_COST = 1_000
# Seconds of CPU for all the code of a text: what 20,000 characters of honest code take. Steps cannot be counted inside
# Pygments; since nothing is refused for it, every machine still accepts the same texts.
COLOUR_SECONDS = 0.05

# Pygments' names of the languages that are coloured; it knows other names for most.
LANGUAGES = tag_set(
    "bash c cpp csharp css dart diff docker go html java javascript json kotlin latex lua markdown nginx perl"
    " php postgresql powershell python r ruby rust scala scss sql swift toml typescript xml yaml"
)
# What people write for some of them.
ALIASES = {
    "c#": "csharp",
    "c++": "cpp",
    "cs": "csharp",
    "dockerfile": "docker",
    "golang": "go",
    "js": "javascript",
    "kt": "kotlin",
    "md": "markdown",
    "postgres": "postgresql",
    "ps1": "powershell",
    "py": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "tex": "latex",
    "ts": "typescript",
    "yml": "yaml",
}

# Kinds of tokens and their classes. A kind that is not here has the class of the next wider one, or none.
_CLASS_OF_TOKEN = {
    Comment: "hl-c",
    Comment.Preproc: "hl-k",
    Keyword: "hl-k",
    Keyword.Constant: "hl-n",
    Literal: "hl-n",
    Number: "hl-n",
    Operator.Word: "hl-k",
    String: "hl-s",
    Name.Attribute: "hl-f",
    Name.Class: "hl-f",
    Name.Decorator: "hl-f",
    Name.Function: "hl-f",
    Name.Tag: "hl-k",
    Generic.Deleted: "hl-d",
    Generic.Heading: "hl-c",
    Generic.Inserted: "hl-i",
    Generic.Output: "hl-c",
    Generic.Prompt: "hl-k",
    Generic.Subheading: "hl-c",
}
COLOUR_CLASSES = frozenset(_CLASS_OF_TOKEN.values())


def add_code_colours(md: MeteredMarkdown) -> None:
    """Colour the fenced blocks of a text."""
    md.add_render_rule("fence", fence)


def fence(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: EnvType) -> str:
    """A fenced block, with its language as a class."""
    words = unescapeAll(tokens[idx].info).split(maxsplit=1)
    language = words[0] if words else ""
    code = tokens[idx].content
    class_name = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{class_name}>{colour_code(code, language, env)}</code></pre>\n"


def colour_code(code: str, language: str, env: EnvType) -> str:
    """The code as HTML: coloured if it may be, otherwise only escaped."""
    name = language.lower()
    cost = CODE_BLOCK_COST + CHARACTER_COST * len(code)
    if ALIASES.get(name, name) not in LANGUAGES or len(code) > CODE_LIMIT or cost > env["meter"].left:
        return escape(code)
    env["meter"].spend(cost)
    _load_language(ALIASES.get(name, name))
    start = time.thread_time()
    latest = start + env.get("colour_seconds", COLOUR_SECONDS)
    html = _render_spans(code, ALIASES.get(name, name), latest)
    env["colour_seconds"] = latest - time.thread_time()
    return html or escape(code)


@functools.cache
def _load_language(language: str) -> None:
    """Let Pygments compile the rules of a language, and of those inside it, before time is counted."""
    deque(get_lexer_by_name(language).get_tokens_unprocessed("<style>a{}</style><script>a</script>"), maxlen=0)


def _render_spans(code: str, language: str, latest: float) -> str:
    """The code with a span around each run of one colour; "" when it was not read by the time `latest`."""
    parts: list[str] = []
    for class_name, tokens in groupby(get_lexer_by_name(language).get_tokens_unprocessed(code), _class_of):
        words = []
        for _start, _kind, text in tokens:
            if time.thread_time() > latest:
                return ""
            words.append(text)
        html = escape("".join(words))
        parts.append(f'<span class="{class_name}">{html}</span>' if class_name and not html.isspace() else html)
    return "".join(parts)


def _class_of(token: tuple[int, _TokenType, str]) -> str:
    kind: _TokenType | None = token[1]
    while kind is not None and kind not in _CLASS_OF_TOKEN:
        kind = kind.parent
    return _CLASS_OF_TOKEN[kind] if kind else ""
