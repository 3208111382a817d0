"""What a database is asked: the tree of a query in the keys of the index. Knows neither database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blog.fulltext.query import Query, Term

# What a key in the index is, when it is no word of the text: a word of the title once more, a word of a writer's
# name, the number of an author, the number of a tag, a year, a kind of text.
TITLE_MARK, NAME_MARK, AUTHOR_MARK, TAG_MARK, YEAR_MARK, KIND_MARK = "^", "@", "+", "#", "=", "~"
# Stands for a tag that there is not.
NO_SUCH_TAG = f"{TAG_MARK}none"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class IndexQuery:
    """Keys that stand side by side, in groups: one of each group of `all_of`, none of `none_of`. `*` ends a prefix."""

    all_of: tuple[tuple[Phrase, ...], ...]
    none_of: tuple[Phrase, ...] = ()

    @property
    def has_phrases(self) -> bool:
        return has_phrase((*itertools.chain(*self.all_of), *self.none_of))

    def without_phrases(self) -> IndexQuery:
        """One that finds at least as much, and asks for no words side by side."""
        groups: list[tuple[Phrase, ...]] = []
        for group in self.all_of:
            if len(group) == 1:
                groups += [((word,),) for word in group[0]]
            else:
                groups.append(tuple((max(phrase, key=len),) for phrase in group))
        return IndexQuery(tuple(groups), tuple(phrase for phrase in self.none_of if len(phrase) == 1))


@dataclass(frozen=True)
class QueryVocabulary:
    """What the site knows of the terms of a query: the keys of the authors or tags one names, the stems of words."""

    facet_keys: Callable[[Term], Iterable[str]]
    stems: dict[str, str]

    def phrases(self, term: Term, mark: str = "") -> list[Phrase]:
        """The keys that `term` may stand for in the index; `mark` is that of the words of a text."""
        *words, last = term.keys
        star = "*" * term.is_prefix
        if term.field == "year":
            return [(YEAR_MARK + last,)]
        if not term.field:
            end = last if star else self.stems[last]
            return [(*(mark + self.stems[word] for word in words), mark + end + star)]
        found: list[Phrase] = [(key,) for key in self.facet_keys(term)]
        if term.field == "author":
            found.append((*(NAME_MARK + word for word in words), NAME_MARK + last + star))
        return found or [(NO_SUCH_TAG,)]


def build_index_query(
    query: Query, known: QueryVocabulary, *, kinds: Iterable[str] = (), titles: bool = False
) -> IndexQuery:
    """The lookup for `query`, among entries of these kinds (none given: of all), or for its words in titles alone."""
    mark = TITLE_MARK if titles else ""
    groups = [tuple(one for term in group for one in known.phrases(term, mark)) for group in query.all_of]
    if kinds:
        groups.append(tuple((KIND_MARK + kind,) for kind in kinds))
    return IndexQuery(tuple(groups), tuple(one for term in query.none_of for one in known.phrases(term)))


def has_phrase(phrases: Iterable[Phrase]) -> bool:
    """Is there one among them whose words must stand side by side?"""
    return any(len(phrase) > 1 for phrase in phrases)


def key_pattern(phrase: Phrase) -> str:
    """The phrase as it stands in a line of keys between spaces; a prefix is open at its end."""
    text = " " + " ".join(phrase)
    return text.removesuffix("*") if text.endswith("*") else text + " "
