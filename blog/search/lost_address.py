"""What somebody may have looked for at an address where nothing is: the words in it, and titles that have them."""

from __future__ import annotations

import re

from blog.fulltext import terms
from blog.fulltext.query import Query, Term
from blog.models import Page, Post
from blog.search.engine import filter_public, load_rows, load_vocabulary, newest_ids
from blog.search.providers import PROVIDERS, SearchHit
from blog.search.ranking import rank_rows
from blog.text.tokens import token_keys

# A part of a path that may be made of words, with the ending of a page; endings of files are what programs try.
SLUG = re.compile(r"([-\w]+)(?:\.html?)?")
# Parts that WordPress and we add to an address.
ADDED = re.compile(r"page|feed|atom|json|amp|embed|trackback|comments|discussion|comment-page-\d+")
# Words that are looked for, and letters of the longest: with fewer or more it is no title.
MAX_WORDS, MIN_LETTERS, MAX_LETTERS = 8, 3, 24
# Titles that are compared, the newest, and shown.
MAX_COMPARED_TITLES, MAX_OFFERED = 100, 5


def lost_words(path: str) -> list[str]:
    """The words of the last part of `path` that has some; none where it looks like a file or like nothing written."""
    for part in reversed(path.strip("/").split("/")):
        if not (match := SLUG.fullmatch(part)):
            return []
        words = [word for word in token_keys(match[1]) if not word.isdigit()]
        if words and not ADDED.fullmatch(part):
            is_title = len(words) <= MAX_WORDS and MIN_LETTERS <= max(map(len, words)) <= MAX_LETTERS
            return words if is_title else []
    return []


def find_titles(words: list[str]) -> list[SearchHit]:
    """Posts and pages with at least half of these words in their titles, the best first. Four queries at most."""
    query = Query((tuple(Term((word,)) for word in words),))
    vocabulary = load_vocabulary(query)
    kinds = (Post.SEARCH_KIND, Page.SEARCH_KIND)
    ids, _is_partial = newest_ids(
        terms.build_index_query(query, vocabulary, kinds=kinds, titles=True), MAX_COMPARED_TITLES
    )
    marks = {terms.TITLE_MARK + stem for stem in vocabulary.stems.values()}
    rows = [row for row in load_rows(ids) if 2 * len(marks.intersection(row.keys.split())) >= len(marks)]
    phrases = [phrase for term in query.text_terms for phrase in vocabulary.phrases(term)]
    best = rank_rows(filter_public(rows), phrases)[:MAX_OFFERED]
    found = {row.kind for row in best}
    hits = {kind: PROVIDERS[kind].load_hits([row.object_id for row in best if row.kind == kind]) for kind in found}
    return [hits[row.kind][row.object_id] for row in best if row.object_id in hits[row.kind]]
