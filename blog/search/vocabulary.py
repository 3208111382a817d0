"""Forgets the words of erased texts, so that they are not suggested to readers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from django.db import transaction

from blog.fulltext.index import BATCH_SIZE
from blog.fulltext.query import Query, Term
from blog.fulltext.tables import SearchWord
from blog.markup import extract
from blog.search.engine import has_results
from blog.text.tokens import token_keys


def forget_words_of(texts: Iterable[str]) -> None:
    """Delete the words of these texts (HTML) after the commit, unless a public text has them, in whatever form."""
    words = {key for html in texts for key in token_keys(extract.plain_text(html))}
    transaction.on_commit(lambda: delete_unused_words(words), robust=True)


def delete_unused_words(words: Iterable[str]) -> None:
    unused = [word for word in sorted(words) if not has_results(Query(((Term((word,)),),)))]
    for batch in itertools.batched(unused, BATCH_SIZE):
        SearchWord.objects.filter(word__in=batch).delete()
