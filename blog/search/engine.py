"""The search itself: a query in, found texts out, the best first. What every reader may read, and nothing else."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from blog.fulltext import spelling, terms
from blog.fulltext.backends import backend_for
from blog.fulltext.query import Query, Term
from blog.fulltext.stems import stem_keys
from blog.fulltext.terms import Phrase, QueryVocabulary
from blog.models import Author, SearchWord, Tag
from blog.search.providers import PROVIDERS
from blog.search.ranking import ResultRow, rank_rows
from blog.text.tokens import token_keys

# The most that is found, the newest; nobody turns more pages. It bounds the cost of a word that stands everywhere.
MAX_RESULTS = 500
# Entries fetched for that; more, where a large conversation is hidden with its post.
FETCH_LIMITS = (MAX_RESULTS, 4 * MAX_RESULTS, 16 * MAX_RESULTS)
# Words side by side are looked for in the newest so many texts that hold them all: no index knows which stand so.
MAX_EXAMINED = 2_000
# Of texts with the words in their titles, the newest so many are found whatever their age.
MAX_TITLE_MATCHES = 100
# Keys read of each for ranking, as characters: the title and the first hundred and fifty words.
RANKED_CHARACTERS = 1_200
# Where there is more than LIMIT, only the newest so many are ranked, and the others follow by time.
MAX_RANKED = 250
SELECT_ROWS = """
    SELECT id, kind, object_id, version, at, CASE WHEN id >= %s THEN substr(keys, 1, %s) ELSE '' END, length(keys)
    FROM blog_searchentry WHERE id IN %s
"""
# Words offered for one that nothing holds, queries offered in all, and words with the same half that are compared.
MAX_SUGGESTIONS, MAX_COMPARED = 3, 1_000
# A longer word is no slip of the finger, and dear to compare.
MAX_TYPO_LENGTH = 24
# Authors or tags that one term may stand for.
MAX_NAMESAKES = 50


@dataclass
class SearchResults:
    """What a query finds: the best first. `is_more` when there is more than LIMIT: then years are not counted.

    `is_partial` when older texts were not looked through for words side by side.
    """

    rows: list[ResultRow] = field(default_factory=list)
    has_more: bool = False
    is_partial: bool = False
    phrases: list[Phrase] = field(default_factory=list)

    @functools.cached_property
    def years(self) -> list[tuple[str, int]]:
        """Each year and how much was found in it, the last first."""
        years = Counter(row.keys.partition(terms.YEAR_MARK)[2][:4] for row in self.rows)
        return sorted(years.items(), reverse=True)


def find_texts(query: Query, *, kinds: Iterable[str] = ()) -> SearchResults:
    """Everything public that `query` finds among these kinds (none given: all)."""
    kinds = [*kinds] or ([] if query.all_of else [*PROVIDERS])
    known = load_vocabulary(query)
    seen, is_more, is_partial = newest_public_rows(terms.build_index_query(query, known, kinds=kinds))
    if (is_more or is_partial) and query.text_terms and any(PROVIDERS[kind].has_titles for kind in kinds or PROVIDERS):
        titles, _ = newest_ids(terms.build_index_query(query, known, kinds=kinds, titles=True), MAX_TITLE_MATCHES)
        seen += filter_public(load_rows(set(titles) - {row.id for row in seen}))
    phrases = [phrase for term in query.text_terms for phrase in known.phrases(term)]
    return SearchResults(rank_rows(seen, phrases)[:MAX_RESULTS], is_more, is_partial and not is_more, phrases)


def newest_public_rows(wanted: terms.IndexQuery) -> tuple[list[ResultRow], bool, bool]:
    """The newest public texts, whether there are more than LIMIT, and whether older ones were not looked through."""
    for limit in FETCH_LIMITS:
        ids, is_partial = newest_ids(wanted, limit + 1)
        seen = filter_public(load_rows(ids, ranked_from=ids[MAX_RANKED] if len(ids) > limit else 0))
        if len(seen) > MAX_RESULTS or len(ids) <= limit:
            break
    return seen, len(ids) > limit, is_partial


def has_results(query: Query) -> bool:
    """Is there anything public that `query` finds, among the newest?"""
    ids, _ = newest_ids(terms.build_index_query(query, load_vocabulary(query)), 20)
    return bool(filter_public(load_rows(ids)))


def latest_rows(query: Query, *, kinds: Iterable[str] = (), count: int) -> list[ResultRow]:
    """The newest of what `query` finds, in order of time."""
    kinds = [*kinds] or ([] if query.all_of else [*PROVIDERS])
    ids, _ = newest_ids(terms.build_index_query(query, load_vocabulary(query), kinds=kinds), 3 * count)
    return rank_rows(filter_public(load_rows(ids)), [])[:count]


def newest_ids(wanted: terms.IndexQuery, limit: int) -> tuple[list[int], bool]:
    with connection.cursor() as cursor:
        return backend_for(connection).newest_ids(cursor, wanted, limit, MAX_EXAMINED)


def load_rows(ids: Iterable[int], *, ranked_from: int = 0) -> list[ResultRow]:
    """The entries of these numbers, in no order; with their keys those of a number from `ranked_from` on."""
    if not (numbers := set(ids)):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            SELECT_ROWS % (ranked_from, RANKED_CHARACTERS, f"({', '.join(map(str, numbers))})")
        )  # numbers of ours alone
        return [ResultRow(*line) for line in cursor.fetchall()]


def filter_public(found: list[ResultRow]) -> list[ResultRow]:
    """Those that every reader may read at this moment, in the wording that the index knows.

    Asked anew each time and of the texts themselves, so that nothing depends on the index being right.
    """
    by_kind = {kind: [row.object_id for row in found if row.kind == kind] for kind in PROVIDERS}
    seen = {kind: PROVIDERS[kind].public_versions(ids) for kind, ids in by_kind.items() if ids}
    return [row for row in found if seen.get(row.kind, {}).get(row.object_id) == row.version]


def load_vocabulary(query: Query) -> QueryVocabulary:
    asked_terms = [*(term for group in query.all_of for term in group), *query.none_of]
    stems = stem_keys(key for term in asked_terms for key in term.keys)
    return QueryVocabulary(functools.cache(find_facet_keys), stems)


def find_facet_keys(term: Term) -> list[str]:
    """The keys of the authors or tags that `term` names: by words of the name, side by side, or the whole slug."""
    model, mark = (Author, terms.AUTHOR_MARK) if term.field == "author" else (Tag, terms.TAG_MARK)
    wanted, slug = f" {' '.join(term.keys)}" + " " * (not term.is_prefix), "-".join(term.keys)
    named = model.objects.order_by("-post_count", "pk").values_list("pk", "name", "slug")
    same = (pk for pk, name, its in named if its == slug or wanted in f" {fold_name(name)} ")
    return [f"{mark}{pk}" for pk in itertools.islice(same, MAX_NAMESAKES)]


@functools.lru_cache(maxsize=20_000)
def fold_name(name: str) -> str:
    return " ".join(token_keys(name))


def suggest_queries(query: Query) -> list[Query]:
    """What else might have been meant by a query that finds nothing; each of these finds something."""
    wrong = [term for term in query.text_terms if is_single_word(term) and not has_results(Query(((term,),)))]
    offers = []
    for term in wrong[:2]:
        near = (
            [Term((word,)) for word in find_similar_words(term.keys[0])] if len(term.keys[0]) <= MAX_TYPO_LENGTH else []
        )
        offers += [query.replace_term(term, other) for other in near if has_results(Query(((other,),)))]
        if offers:
            query = offers[0]
    if not wrong and len(query.all_of) > 1:
        offers = [Query((tuple(term for group in query.all_of for term in group),), query.none_of)]
    return [one for one in offers if has_results(one)][:MAX_SUGGESTIONS]


def is_single_word(term: Term) -> bool:
    return len(term.keys) == 1 and not term.is_prefix


def find_similar_words(word: str) -> list[str]:
    """Words some text holds that are a slip or two away: with one slip, either half of the word is right."""
    half = max(1, len(word) // 2)
    columns = (("word", word[:half]), ("backwards", word[::-1][:half]))
    alike: list[str] = []
    for column, start in columns:
        between = {f"{column}__gte": start, f"{column}__lt": start + "\U0010ffff"}
        alike += SearchWord.objects.filter(**between).order_by(column).values_list("word", flat=True)[:MAX_COMPARED]
    return spelling.nearest_words(word, alike, count=2 * MAX_SUGGESTIONS)
