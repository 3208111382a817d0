"""Translates a query into the keys of the index, for either database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blog.fulltext.query import Query, Term

# Marks of keys that are not words of the text: a word of the title (again), a word of the writer's name, the id of an
# author or of a tag, a year, a kind of text.
TITLE_MARK, NAME_MARK, AUTHOR_MARK, TAG_MARK, YEAR_MARK, KIND_MARK = "^", "@", "+", "#", "=", "~"
# The kind of texts that only staff find: a search that names no kinds leaves them out.
DRAFT_KIND = "draft"
# The key of a tag that does not exist.
NO_SUCH_TAG = f"{TAG_MARK}none"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class IndexQuery:
    """Phrases in groups: a text matches with one of each group in `all_of` and none of `none_of`. `*` ends a prefix."""

    all_of: tuple[tuple[Phrase, ...], ...]
    none_of: tuple[Phrase, ...] = ()

    @property
    def has_phrases(self) -> bool:
        return has_phrase((*itertools.chain(*self.all_of), *self.none_of))

    def without_phrases(self) -> IndexQuery:
        """A query without phrases that matches at least as much."""
        groups: list[tuple[Phrase, ...]] = []
        for group in self.all_of:
            if len(group) == 1:
                groups += [((word,),) for word in group[0]]
            else:
                groups.append(tuple((max(phrase, key=len),) for phrase in group))
        return IndexQuery(tuple(groups), tuple(phrase for phrase in self.none_of if len(phrase) == 1))


@dataclass(frozen=True)
class QueryVocabulary:
    """What a query is translated with: the keys of the authors or tags that a term names, and the stems of words."""

    facet_keys: Callable[[Term], Iterable[str]]
    stems: dict[str, str]

    def phrases(self, term: Term, mark: str = "") -> list[Phrase]:
        """The phrases for which `term` may stand in the index; `mark` goes before each word of a text."""
        *words, last = term.keys
        star = "*" * term.is_prefix
        if term.field == "year":
            return [(YEAR_MARK + last,)]
        if not term.field:
            start = tuple(mark + self.stems[word] for word in words)
            if not star:
                return [(*start, mark + self.stems[last])]
            # Stems are in the index: a beginning that is longer than the stem of its word begins none of them.
            whole = [(mark + self.stems[last],)] if not words and self.stems[last] != last else []
            return [(*start, mark + last + star), *whole]
        phrases: list[Phrase] = [(key,) for key in self.facet_keys(term)]
        if term.field == "author":
            phrases.append((*(NAME_MARK + word for word in words), NAME_MARK + last + star))
        return phrases or [(NO_SUCH_TAG,)]


def build_index_query(
    query: Query, vocabulary: QueryVocabulary, *, kinds: Iterable[str] = (), titles: bool = False
) -> IndexQuery:
    """Translate `query`, for texts of these kinds (none: of all but drafts), or for words in titles alone."""
    mark = TITLE_MARK if titles else ""
    groups = [tuple(phrase for term in group for phrase in vocabulary.phrases(term, mark)) for group in query.all_of]
    none_of = [phrase for term in query.none_of for phrase in vocabulary.phrases(term)]
    if kinds:
        groups.append(tuple((KIND_MARK + kind,) for kind in kinds))
    else:
        none_of.append((KIND_MARK + DRAFT_KIND,))
    return IndexQuery(tuple(groups), tuple(none_of))


def has_phrase(phrases: Iterable[Phrase]) -> bool:
    """Does one of them have several words?"""
    return any(len(phrase) > 1 for phrase in phrases)


def key_pattern(phrase: Phrase) -> str:
    """The phrase as a substring of keys between spaces; a prefix is open at its end."""
    text = " " + " ".join(phrase)
    return text.removesuffix("*") if text.endswith("*") else text + " "
