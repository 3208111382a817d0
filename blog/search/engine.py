"""Searches the index: a query in, matching texts out, the best first, and only those that every reader may read."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Manager, QuerySet

from blog.fulltext import spelling, terms
from blog.fulltext.backends import backend_for
from blog.fulltext.query import Query, Term
from blog.fulltext.stems import stem_keys
from blog.fulltext.terms import Phrase, QueryVocabulary
from blog.models import Author, SearchWord, Tag
from blog.models.composed_query import ComposedQuery
from blog.search.providers import PROVIDERS
from blog.search.ranking import ResultRow, rank_rows
from blog.text.tokens import token_keys

# Results at most, the newest. This limits the cost of a word that is in every text.
MAX_RESULTS = 500
# Entries fetched for them, in up to three attempts: many may be hidden, as a large conversation is with its post.
FETCH_LIMITS = (MAX_RESULTS, 4 * MAX_RESULTS, 16 * MAX_RESULTS)
# Phrases are looked for in the newest texts that have all their words, since no index knows which words are adjacent.
MAX_EXAMINED = 2_000
# Texts with the words in their titles that are found whatever their age.
MAX_TITLE_MATCHES = 100
# Characters of keys read for ranking: the title and the first hundred and fifty words.
RANKED_CHARACTERS = 1_200
# Results that are ranked when there are more than MAX_RESULTS; the others follow by time.
MAX_RANKED = 250
SELECT_ROWS = """
    SELECT id, kind, object_id, version, CASE WHEN id BETWEEN %s AND %s THEN '' ELSE substr(keys, 1, %s) END
    FROM blog_searchentry WHERE id IN (%s) ORDER BY at DESC, id DESC
"""
# Ids of no entry.
NOTHING = (0,)
# Queries suggested, and words with the same half that are compared.
MAX_SUGGESTIONS, MAX_COMPARED = 3, 1_000
# Texts read to see whether one has the word that is suggested; nearly always the first.
MAX_READ_FOR_WORD = 5
# A longer word is not a typing error, and expensive to compare.
MAX_TYPO_LENGTH = 24
# Authors or tags for which a term may stand.
MAX_NAMESAKES = 50


def by_importance(objects: Manager[Any]) -> QuerySet[Any, Any]:
    return objects.order_by("-post_count", "pk").values_list("pk", "name", "slug")


AUTHORS = ComposedQuery(lambda: by_importance(Author.objects))
TAGS = ComposedQuery(lambda: by_importance(Tag.objects))


@dataclass
class SearchResults:
    """The results of a query, the best first.

    `has_more`: there are more than MAX_RESULTS. `is_partial`: older texts were not searched for phrases.
    """

    rows: list[ResultRow] = field(default_factory=list)
    has_more: bool = False
    is_partial: bool = False
    phrases: list[Phrase] = field(default_factory=list)

    @functools.cached_property
    def years(self) -> list[tuple[str, int]]:
        """Each year and its number of results, the latest first."""
        years = Counter(row.keys.partition(terms.YEAR_MARK)[2][:4] for row in self.rows)
        return sorted(years.items(), reverse=True)


def find_texts(query: Query, *, kinds: Iterable[str] = ()) -> SearchResults:
    """The public texts of these kinds (none: of all kinds) that match `query`."""
    kinds = [*kinds] or ([] if query.all_of else [*PROVIDERS])
    vocabulary = load_vocabulary(query)
    in_texts, in_titles = (
        terms.build_index_query(query, vocabulary, kinds=kinds, titles=titles) for titles in (False, True)
    )
    has_titles = query.text_terms and any(PROVIDERS[kind].has_titles for kind in kinds or PROVIDERS)
    for limit in FETCH_LIMITS:
        ids, is_partial = newest_ids(in_texts, limit + 1)
        has_more = len(ids) > limit
        titled: list[int] = []
        if has_titles and (has_more or is_partial):
            titled, _is_partial = newest_ids(in_titles, MAX_TITLE_MATCHES)
        rows = filter_public(load_rows({*ids, *titled}, unranked=ids[MAX_RANKED + 1 :] if has_more else NOTHING))
        if len(rows) > MAX_RESULTS or not has_more:
            break
    phrases = [phrase for term in query.text_terms for phrase in vocabulary.phrases(term)]
    return SearchResults(rank_rows(rows, phrases)[:MAX_RESULTS], has_more, is_partial and not has_more, phrases)


def has_results(query: Query) -> bool:
    """Does `query` match a public text, among the newest matches?"""
    return bool(newest_public_rows(query))


def newest_public_rows(query: Query) -> list[ResultRow]:
    """The public texts among the newest matches."""
    ids, _is_partial = newest_ids(terms.build_index_query(query, load_vocabulary(query)), 20)
    return filter_public(load_rows(ids))


def has_public_word(word: str) -> bool:
    """Does a public text have this very word? The index alone would not tell it from its other forms."""
    rows = newest_public_rows(Query(((Term((word,)),),)))[:MAX_READ_FOR_WORD]
    hits = (hit for row in rows for hit in PROVIDERS[row.kind].load_hits([row.object_id]).values())
    return any(word in token_keys(f"{hit.title} {hit.text}") for hit in hits)


def latest_rows(query: Query, *, kinds: Iterable[str] = (), count: int) -> list[ResultRow]:
    """The newest matches of `query`, in order of time."""
    kinds = [*kinds] or ([] if query.all_of else [*PROVIDERS])
    ids, _is_partial = newest_ids(terms.build_index_query(query, load_vocabulary(query), kinds=kinds), 3 * count)
    return filter_public(load_rows(ids))[:count]


def newest_ids(query: terms.IndexQuery, limit: int) -> tuple[list[int], bool]:
    with connection.cursor() as cursor:
        return backend_for(connection).newest_ids(cursor, query, limit, MAX_EXAMINED)


def load_rows(ids: Collection[int], *, unranked: Sequence[int] = NOTHING) -> list[ResultRow]:
    """The entries with these ids, the newest first; those from the last to the first id of `unranked` without keys."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        # Integers from our own table, of which there are more than a statement may have parameters.
        cursor.execute(SELECT_ROWS % (unranked[-1], unranked[0], RANKED_CHARACTERS, ", ".join(map(str, ids))))
        return [*map(ResultRow._make, cursor.fetchall())]


def filter_public(rows: list[ResultRow]) -> list[ResultRow]:
    """Those that every reader may read now, in the version that was indexed.

    The texts themselves are asked each time, so that nothing private is shown when the index is wrong.
    """
    by_kind = {kind: [row.object_id for row in rows if row.kind == kind] for kind in PROVIDERS}
    public = {kind: PROVIDERS[kind].public_versions(ids) for kind, ids in by_kind.items() if ids}
    return [row for row in rows if public.get(row.kind, {}).get(row.object_id) == row.version]


def load_vocabulary(query: Query) -> QueryVocabulary:
    asked_terms = [*(term for group in query.all_of for term in group), *query.none_of]
    stems = stem_keys(key for term in asked_terms for key in term.keys)
    return QueryVocabulary(functools.cache(find_facet_keys), stems)


def find_facet_keys(term: Term) -> list[str]:
    """The keys of the authors or tags that `term` names, by adjacent words of the name or by the slug."""
    named, mark = (AUTHORS, terms.AUTHOR_MARK) if term.field == "author" else (TAGS, terms.TAG_MARK)
    words, term_slug = f" {' '.join(term.keys)}" + " " * (not term.is_prefix), "-".join(term.keys)
    matches = (pk for pk, name, slug in named() if slug == term_slug or words in f" {fold_name(name)} ")
    return [f"{mark}{pk}" for pk in itertools.islice(matches, MAX_NAMESAKES)]


@functools.lru_cache(maxsize=20_000)
def fold_name(name: str) -> str:
    return " ".join(token_keys(name))


def suggest_queries(query: Query) -> list[Query]:
    """What may have been meant by a query that has no results; each of these has some."""
    unknown = [term for term in query.text_terms if is_single_word(term) and not has_results(Query(((term,),)))]
    suggestions: list[Query] = []
    for term in unknown[:2]:
        word = term.keys[0]
        similar = [Term((other,)) for other in find_similar_words(word)] if len(word) <= MAX_TYPO_LENGTH else []
        suggestions += [query.replace_term(term, other) for other in similar if has_public_word(other.keys[0])]
        if suggestions:
            query = suggestions[0]
    if not unknown and len(query.all_of) > 1:
        suggestions = [Query((tuple(term for group in query.all_of for term in group),), query.none_of)]
    return [suggestion for suggestion in suggestions if has_results(suggestion)][:MAX_SUGGESTIONS]


def is_single_word(term: Term) -> bool:
    return len(term.keys) == 1 and not term.is_prefix


def find_similar_words(word: str) -> list[str]:
    """Words of some text within one or two errors: after one error, the first or the last half of a word is right."""
    half = max(1, len(word) // 2)
    columns = (("word", word[:half]), ("backwards", word[::-1][:half]))
    candidates: list[str] = []
    for column, start in columns:
        bounds = {f"{column}__gte": start, f"{column}__lt": start + "\U0010ffff"}
        candidates += SearchWord.objects.filter(**bounds).order_by(column).values_list("word", flat=True)[:MAX_COMPARED]
    return spelling.nearest_words(word, candidates, count=2 * MAX_SUGGESTIONS)
