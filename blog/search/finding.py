"""The search itself: a query in, found texts out, the best first. What every reader may read, and nothing else."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from blog.models import Author, SearchWord, Tag
from blog.search import lookup, nearness, postgres, sqlite
from blog.search.lookup import Phrase, Vocabulary
from blog.search.query import Query, Term
from blog.search.ranking import Row, ranked
from blog.search.sources import SOURCES
from blog.search.stems import stems
from blog.search.words import keys

# The most that is found, the newest; nobody turns more pages. It bounds the cost of a word that stands everywhere.
LIMIT = 500
# Entries fetched for that; more, where a large conversation is hidden with its post.
FETCHED = (LIMIT, 4 * LIMIT, 16 * LIMIT)
# Words side by side are looked for in the newest so many texts that hold them all: no index knows which stand so.
EXAMINED = 2_000
# Of texts with the words in their titles, the newest so many are found whatever their age.
IN_TITLES = 100
# Keys read of each for ranking, as characters: the title and the first hundred and fifty words.
READ = 1_200
# Where there is more than LIMIT, only the newest so many are ranked, and the others follow by time.
RANKED = 250
ROWS = """
    SELECT id, kind, of, version, at, CASE WHEN id >= %s THEN substr(keys, 1, %s) ELSE '' END, length(keys)
    FROM blog_searchentry WHERE id IN %s
"""
# Words offered for one that nothing holds, queries offered in all, and words with the same half that are compared.
OFFERED, ALIKE = 3, 1_000
# A longer word is no slip of the finger, and dear to compare.
LONGEST_SLIP = 24
# Authors or tags that one term may stand for.
NAMESAKES = 50


@dataclass
class Found:
    """What a query finds: the best first. `is_more` when there is more than LIMIT: then years are not counted.

    `is_partial` when older texts were not looked through for words side by side.
    """

    rows: list[Row] = field(default_factory=list)
    is_more: bool = False
    is_partial: bool = False
    phrases: list[Phrase] = field(default_factory=list)

    @functools.cached_property
    def years(self) -> list[tuple[str, int]]:
        """Each year and how much was found in it, the last first."""
        years = Counter(row.keys.partition(lookup.YEAR)[2][:4] for row in self.rows)
        return sorted(years.items(), reverse=True)


def find(query: Query, *, kinds: Iterable[str] = ()) -> Found:
    """Everything public that `query` finds among these kinds (none given: all)."""
    kinds = [*kinds] or ([] if query.all_of else [*SOURCES])
    known = vocabulary(query)
    seen, is_more, is_partial = newest_public(lookup.lookup(query, known, kinds=kinds))
    if (is_more or is_partial) and query.words and any(SOURCES[kind].has_titles for kind in kinds or SOURCES):
        titles, _ = newest(lookup.lookup(query, known, kinds=kinds, titles=True), IN_TITLES)
        seen += public(rows(set(titles) - {row.id for row in seen}))
    phrases = [phrase for term in query.words for phrase in known.phrases(term)]
    return Found(ranked(seen, phrases)[:LIMIT], is_more, is_partial and not is_more, phrases)


def newest_public(wanted: lookup.Lookup) -> tuple[list[Row], bool, bool]:
    """The newest public texts, whether there are more than LIMIT, and whether older ones were not looked through."""
    for limit in FETCHED:
        ids, is_partial = newest(wanted, limit + 1)
        seen = public(rows(ids, ranked_from=ids[RANKED] if len(ids) > limit else 0))
        if len(seen) > LIMIT or len(ids) <= limit:
            break
    return seen, len(ids) > limit, is_partial


def finds_anything(query: Query) -> bool:
    """Is there anything public that `query` finds, among the newest?"""
    ids, _ = newest(lookup.lookup(query, vocabulary(query)), 20)
    return bool(public(rows(ids)))


def latest(query: Query, *, kinds: Iterable[str] = (), count: int) -> list[Row]:
    """The newest of what `query` finds, in order of time."""
    kinds = [*kinds] or ([] if query.all_of else [*SOURCES])
    ids, _ = newest(lookup.lookup(query, vocabulary(query), kinds=kinds), 3 * count)
    return ranked(public(rows(ids)), [])[:count]


def newest(wanted: lookup.Lookup, limit: int) -> tuple[list[int], bool]:
    engine = postgres if connection.vendor == "postgresql" else sqlite
    with connection.cursor() as cursor:
        return engine.newest(cursor, wanted, limit, EXAMINED)


def rows(ids: Iterable[int], *, ranked_from: int = 0) -> list[Row]:
    """The entries of these numbers, in no order; with their keys those of a number from `ranked_from` on."""
    if not (numbers := set(ids)):
        return []
    with connection.cursor() as cursor:
        cursor.execute(ROWS % (ranked_from, READ, f"({', '.join(map(str, numbers))})"))  # numbers of ours alone
        return [Row(*line) for line in cursor.fetchall()]


def public(found: list[Row]) -> list[Row]:
    """Those that every reader may read at this moment, in the wording that the index knows.

    Asked anew each time and of the texts themselves, so that nothing depends on the index being right.
    """
    by_kind = {kind: [row.of for row in found if row.kind == kind] for kind in SOURCES}
    seen = {kind: SOURCES[kind].public(ids) for kind, ids in by_kind.items() if ids}
    return [row for row in found if seen.get(row.kind, {}).get(row.of) == row.version]


def vocabulary(query: Query) -> Vocabulary:
    terms = [*(term for group in query.all_of for term in group), *query.none_of]
    return Vocabulary(functools.cache(numbers), stems(key for term in terms for key in term.keys))


def numbers(term: Term) -> list[str]:
    """The keys of the authors or tags that `term` names: by words of the name, side by side, or the whole slug."""
    model, mark = (Author, lookup.AUTHOR) if term.field == "author" else (Tag, lookup.TAG)
    wanted, slug = f" {' '.join(term.keys)}" + " " * (not term.is_prefix), "-".join(term.keys)
    named = model.objects.order_by("-post_count", "pk").values_list("pk", "name", "slug")
    same = (pk for pk, name, its in named if its == slug or wanted in f" {line(name)} ")
    return [f"{mark}{pk}" for pk in itertools.islice(same, NAMESAKES)]


@functools.lru_cache(maxsize=20_000)
def line(name: str) -> str:
    return " ".join(keys(name))


def suggestions(query: Query) -> list[Query]:
    """What else might have been meant by a query that finds nothing; each of these finds something."""
    wrong = [term for term in query.words if is_plain(term) and not finds_anything(Query(((term,),)))]
    offers = []
    for term in wrong[:2]:
        near = [Term((word,)) for word in near_words(term.keys[0])] if len(term.keys[0]) <= LONGEST_SLIP else []
        offers += [query.swapped(term, other) for other in near if finds_anything(Query(((other,),)))]
        if offers:
            query = offers[0]
    if not wrong and len(query.all_of) > 1:
        offers = [Query((tuple(term for group in query.all_of for term in group),), query.none_of)]
    return [one for one in offers if finds_anything(one)][:OFFERED]


def is_plain(term: Term) -> bool:
    return len(term.keys) == 1 and not term.is_prefix


def near_words(word: str) -> list[str]:
    """Words some text holds that are a slip or two away: with one slip, either half of the word is right."""
    half = max(1, len(word) // 2)
    columns = (("word", word[:half]), ("backwards", word[::-1][:half]))
    alike: list[str] = []
    for column, start in columns:
        between = {f"{column}__gte": start, f"{column}__lt": start + "\U0010ffff"}
        alike += SearchWord.objects.filter(**between).order_by(column).values_list("word", flat=True)[:ALIKE]
    return nearness.nearest(word, alike, count=2 * OFFERED)
