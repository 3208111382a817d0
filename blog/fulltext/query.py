"""What a reader typed into the search field, as a tree: words, "phrases", -not, OR, prefix*, author: tag: year:.

Anything can be typed. What means nothing (a quote without its second, an OR between nothing) is read as if it were
not there; what is too long is cut, and the tree says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from blog.text.tokens import token_keys

# Characters of a query that are read, and words and phrases in it; nobody means more, and each costs a look-up.
MAX_QUERY_LENGTH, MAX_TERMS = 500, 16
# The shortest beginning that may stand for all words that begin so.
MIN_PREFIX_LENGTH = 2
TERM_PATTERN = re.compile(
    r"""
    (?P<minus>-)?
    (?:(?P<field>author|tag|year):)?
    (?: "(?P<quoted>[^"]*)"? | (?P<bare>[^\s"]+) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"−": "-", "–": "-"})


@dataclass(frozen=True)
class Term:
    """A word, or several that stand side by side. `field` is author, tag, year, or "" for the text itself."""

    keys: tuple[str, ...]
    field: str = ""
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """Found is what holds one of each group of `all_of`, and none of `none_of`."""

    all_of: tuple[tuple[Term, ...], ...] = ()
    none_of: tuple[Term, ...] = ()
    is_truncated: bool = field(default=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.all_of or self.none_of)

    @property
    def text_terms(self) -> list[Term]:
        """What is looked for in the text itself."""
        return [term for group in self.all_of for term in group if not term.field]

    def replace_term(self, old: Term, new: Term) -> Query:
        groups = tuple(tuple(new if term == old else term for term in group) for group in self.all_of)
        return replace(self, all_of=groups)


def parse_query(text: str) -> Query:
    """The tree of what was typed; falsy when there is nothing to look for in it."""
    groups: list[list[Term]] = []
    none_of: list[Term] = []
    joined, count, cut = False, 0, len(text) > MAX_QUERY_LENGTH
    for found in TERM_PATTERN.finditer(text[:MAX_QUERY_LENGTH].translate(QUOTES)):
        if found["bare"] == "OR" and not (found["minus"] or found["field"]):
            joined = bool(groups)
            continue
        if (term := parse_term(found)) is None:
            continue
        if (count := count + 1) > MAX_TERMS:
            cut = True
            break
        if found["minus"]:
            none_of.append(term)
        elif joined:
            groups[-1].append(term)
        else:
            groups.append([term])
        joined = False
    return Query(tuple(map(tuple, groups)), tuple(none_of), cut)


def parse_term(found: re.Match[str]) -> Term | None:
    """One piece of the text as a term; None when there is no word in it."""
    value = found["quoted"] if found["bare"] is None else found["bare"]
    name, is_prefix = (found["field"] or "").lower(), value.endswith("*")
    if name == "year" and not re.fullmatch(r"\d{4}", value.strip(), re.ASCII):
        name = ""  # no year: then a word like any other
    words = tuple(token_keys(value))
    if not words:
        return None
    is_prefix = is_prefix and name != "year" and len(words[-1]) >= MIN_PREFIX_LENGTH
    return Term(words, name, is_prefix)


def format_query(query: Query) -> str:
    """The query as its reader could have typed it."""
    groups = (" OR ".join(map(format_term, group)) for group in query.all_of)
    return " ".join([*groups, *(f"-{format_term(term)}" for term in query.none_of)])


def format_term(term: Term) -> str:
    text = " ".join(term.keys) + "*" * term.is_prefix
    text = f'"{text}"' if len(term.keys) > 1 else text
    return f"{term.field}:{text}" if term.field else text
