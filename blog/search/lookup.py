"""What a database is asked: the tree of a query in the keys of the index. Knows neither database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blog.search.query import Query, Term

# What a key in the index is, when it is no word of the text: a word of the title once more, a word of a writer's
# name, the number of an author, the number of a tag, a year, a kind of text.
TITLE, NAME, AUTHOR, TAG, YEAR, KIND = "^", "@", "+", "#", "=", "~"
# Stands for a tag that there is not.
NOWHERE = f"{TAG}none"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Lookup:
    """Keys that stand side by side, in groups: one of each group of `all_of`, none of `none_of`. `*` ends a prefix."""

    all_of: tuple[tuple[Phrase, ...], ...]
    none_of: tuple[Phrase, ...] = ()

    @property
    def has_phrases(self) -> bool:
        return is_ordered((*itertools.chain(*self.all_of), *self.none_of))

    def without_order(self) -> Lookup:
        """One that finds at least as much, and asks for no words side by side."""
        groups: list[tuple[Phrase, ...]] = []
        for group in self.all_of:
            if len(group) == 1:
                groups += [((word,),) for word in group[0]]
            else:
                groups.append(tuple((max(phrase, key=len),) for phrase in group))
        return Lookup(tuple(groups), tuple(phrase for phrase in self.none_of if len(phrase) == 1))


@dataclass(frozen=True)
class Vocabulary:
    """What the site knows of the terms of a query: the keys of the authors or tags one names, the stems of words."""

    numbers: Callable[[Term], Iterable[str]]
    stems: dict[str, str]

    def phrases(self, term: Term, mark: str = "") -> list[Phrase]:
        """The keys that `term` may stand for in the index; `mark` is that of the words of a text."""
        *words, last = term.keys
        star = "*" * term.is_prefix
        if term.field == "year":
            return [(YEAR + last,)]
        if not term.field:
            end = last if star else self.stems[last]
            return [(*(mark + self.stems[word] for word in words), mark + end + star)]
        found: list[Phrase] = [(key,) for key in self.numbers(term)]
        if term.field == "author":
            found.append((*(NAME + word for word in words), NAME + last + star))
        return found or [(NOWHERE,)]


def lookup(query: Query, known: Vocabulary, *, kinds: Iterable[str] = (), titles: bool = False) -> Lookup:
    """The lookup for `query`, among entries of these kinds (none given: of all), or for its words in titles alone."""
    mark = TITLE if titles else ""
    groups = [tuple(one for term in group for one in known.phrases(term, mark)) for group in query.all_of]
    if kinds:
        groups.append(tuple((KIND + kind,) for kind in kinds))
    return Lookup(tuple(groups), tuple(one for term in query.none_of for one in known.phrases(term)))


def is_ordered(phrases: Iterable[Phrase]) -> bool:
    """Is there one among them whose words must stand side by side?"""
    return any(len(phrase) > 1 for phrase in phrases)


def pattern(phrase: Phrase) -> str:
    """The phrase as it stands in a line of keys between spaces; a prefix is open at its end."""
    text = " " + " ".join(phrase)
    return text.removesuffix("*") if text.endswith("*") else text + " "
