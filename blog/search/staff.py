"""Searches posts for the people who write them: also drafts, and also by parts of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from blog.fulltext import terms
from blog.fulltext.query import MIN_PREFIX_LENGTH, Query, Term, parse_query
from blog.models import Post
from blog.search.engine import MAX_RESULTS, MAX_TITLE_MATCHES, load_rows, load_vocabulary, newest_ids
from blog.search.ranking import rank_rows


def find_posts(text: str, *, facets: Iterable[str] = (), kinds: Iterable[str] = Post.SEARCH_KINDS) -> list[int] | None:
    """The ids of the posts that match `text`, the best first; None when it names nothing to search for.

    Of more matches, the newest 500 and the newest hundred by their titles. `facets` are keys of the index that each
    post has; `kinds` are Post.SEARCH_KINDS or some of them. Where no text has the words, they may also be beginnings.
    Whether the person may see these posts is for the caller to ask.
    """
    if not (query := parse_query(text)):
        return None
    required = tuple(((facet,),) for facet in facets)
    for attempt in (query, open_ended(query)):
        if ids := rank_matches(attempt, required, [*kinds]):
            return ids
    return []


def open_ended(query: Query) -> Query:
    """The query with every word as the beginning of one."""
    groups = tuple(tuple(map(open_term, group)) for group in query.all_of)
    return replace(query, all_of=groups)


def open_term(term: Term) -> Term:
    is_open = not term.field and len(term.keys) == 1 and len(term.keys[0]) >= MIN_PREFIX_LENGTH
    return replace(term, is_prefix=term.is_prefix or is_open)


def rank_matches(query: Query, required: tuple[tuple[terms.Phrase, ...], ...], kinds: list[str]) -> list[int]:
    """The ids of the posts that match `query`, the best first."""
    vocabulary = load_vocabulary(query)
    rows = load_rows({*find_ids(query, vocabulary, required, kinds)})
    phrases = [phrase for term in query.text_terms for phrase in vocabulary.phrases(term)]
    return list(dict.fromkeys(row.object_id for row in rank_rows(rows, phrases)))


def find_ids(
    query: Query,
    vocabulary: terms.QueryVocabulary,
    required: tuple[tuple[terms.Phrase, ...], ...],
    kinds: list[str],
) -> Iterator[int]:
    """Ids of entries: the newest with the words anywhere, and where there are more, those with them in the title."""
    for titles, limit in ((False, MAX_RESULTS), (True, MAX_TITLE_MATCHES)):
        asked = terms.build_index_query(query, vocabulary, kinds=kinds, titles=titles)
        ids, is_partial = newest_ids(replace(asked, all_of=(*asked.all_of, *required)), limit)
        yield from ids
        if not query.text_terms or (len(ids) < limit and not is_partial):
            return
