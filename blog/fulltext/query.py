"""Parses what a reader types into the search field: words, "phrases", -not, OR, prefix*, author: tag: year:.

Any text can be parsed. What has no meaning (a single quotation mark, an OR between nothing) is ignored; a text that is
too long is cut, and the query says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from blog.text.tokens import token_keys

# Characters of a query that are read, and words and phrases in it: each costs a look-up.
MAX_QUERY_LENGTH, MAX_TERMS = 500, 16
# The shortest prefix that stands for all words that begin with it.
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
    """A word or several adjacent words. `field` is author, tag, year, or "" for the text itself."""

    keys: tuple[str, ...]
    field: str = ""
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """Matches texts with one term of each group in `all_of` and no term of `none_of`."""

    all_of: tuple[tuple[Term, ...], ...] = ()
    none_of: tuple[Term, ...] = ()
    is_truncated: bool = field(default=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.all_of or self.none_of)

    @property
    def text_terms(self) -> list[Term]:
        """The terms that search the text itself."""
        return [term for group in self.all_of for term in group if not term.field]

    def replace_term(self, old: Term, new: Term) -> Query:
        groups = tuple(tuple(new if term == old else term for term in group) for group in self.all_of)
        return replace(self, all_of=groups)


def parse_query(text: str) -> Query:
    """Parse a search; the result is false when there is nothing to search for."""
    groups: list[list[Term]] = []
    none_of: list[Term] = []
    follows_or, count, is_truncated = False, 0, len(text) > MAX_QUERY_LENGTH
    for match in TERM_PATTERN.finditer(text[:MAX_QUERY_LENGTH].translate(QUOTES)):
        if match["bare"] == "OR" and not (match["minus"] or match["field"]):
            follows_or = bool(groups)
            continue
        if (term := parse_term(match)) is None:
            continue
        if (count := count + 1) > MAX_TERMS:
            is_truncated = True
            break
        if match["minus"]:
            none_of.append(term)
        elif follows_or:
            groups[-1].append(term)
        else:
            groups.append([term])
        follows_or = False
    return Query(tuple(map(tuple, groups)), tuple(none_of), is_truncated)


def parse_term(match: re.Match[str]) -> Term | None:
    """Parse a part of the text; None when it has no word."""
    value = match["quoted"] if match["bare"] is None else match["bare"]
    name, is_prefix = (match["field"] or "").lower(), value.endswith("*")
    if name == "year" and not re.fullmatch(r"\d{4}", value.strip(), re.ASCII):
        name = ""  # not a year, so a word like any other
    words = tuple(token_keys(value))
    if not words:
        return None
    is_prefix = is_prefix and name != "year" and len(words[-1]) >= MIN_PREFIX_LENGTH
    return Term(words, name, is_prefix)


def format_query(query: Query) -> str:
    """The query as a reader could have typed it."""
    groups = (" OR ".join(map(format_term, group)) for group in query.all_of)
    return " ".join([*groups, *(f"-{format_term(term)}" for term in query.none_of)])


def format_term(term: Term) -> str:
    text = " ".join(term.keys) + "*" * term.is_prefix
    text = f'"{text}"' if len(term.keys) > 1 else text
    return f"{term.field}:{text}" if term.field else text
