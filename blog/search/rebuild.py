"""Rebuilds the search index from the texts themselves."""

from __future__ import annotations

import heapq
import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator

from django.db import connection, transaction

from blog.fulltext.backends import backend_for
from blog.fulltext.index import BATCH_SIZE, build_entries
from blog.fulltext.tables import SearchEntry, SearchWord
from blog.search.drafts import DraftProvider
from blog.search.providers import PROVIDERS, IndexedTexts


def rebuild_index(report: Callable[[str], object] = lambda line: None, *, alone: bool = False) -> int:
    """Index every text again as `rebuild_in_steps` does, and return how many.

    With `alone`, where nobody searches meanwhile, the database may build its index at the end: quicker on PostgreSQL.
    """
    backend = backend_for(connection)
    if alone:
        with connection.cursor() as cursor:
            backend.suspend(cursor)
    count = 0
    for count in rebuild_in_steps():
        report(f"{count:,} texts")
    if alone:
        with connection.cursor() as cursor:
            backend.resume(cursor)
    return count


def rebuild_in_steps() -> Iterator[int]:
    """Index every text again, the oldest first, a batch in each step, which yields how many texts were indexed so far.

    Meanwhile searches find what they found before.
    """
    SearchWord.objects.all().delete()
    last = SearchEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    count = 0
    for texts in itertools.batched(list_texts_by_age(), BATCH_SIZE):
        reindex_batch(texts)
        count += len(texts)
        yield count
    with transaction.atomic():
        SearchEntry.objects.filter(pk__lte=last).delete()


def indexed_kinds() -> dict[str, IndexedTexts]:
    """Every kind of text in the index: what readers find, and drafts."""
    return {**PROVIDERS, DraftProvider.kind: DraftProvider()}


def list_texts_by_age() -> Iterable[tuple[str, int]]:
    """(kind, id) of every text, the oldest first.

    Read to the end before the first is indexed: an open query would keep SQLite's log growing meanwhile.
    """
    streams = [zip(provider.by_age(), itertools.repeat(kind)) for kind, provider in indexed_kinds().items()]
    kinds, ids = [], array("q")
    for (_at, pk), kind in heapq.merge(*streams):
        kinds.append(kind)
        ids.append(pk)
    return zip(kinds, ids, strict=True)


@transaction.atomic
def reindex_batch(texts: Iterable[tuple[str, int]]) -> None:
    """Append entries for these texts to the index, in place of those they had."""
    with connection.cursor() as cursor:
        backend_for(connection).lock(cursor)
    entries = []
    for kind, provider in indexed_kinds().items():
        ids = [pk for text_kind, pk in texts if text_kind == kind]
        SearchEntry.objects.filter(kind=kind, object_id__in=ids).delete()
        entries += build_entries(kind, list(provider.documents(ids)))
    SearchEntry.objects.bulk_create(sorted(entries, key=lambda entry: (entry.at, entry.kind, entry.object_id)))
