"""The search index: whoever changes a searchable text puts its document here, in the same transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat, Replace, Trim

from blog.fulltext import terms
from blog.fulltext.documents import Document, entry_keys
from blog.fulltext.stems import stem_keys
from blog.fulltext.tables import SearchEntry
from blog.text.tokens import token_keys

# Documents indexed in one transaction when there are many: a second or two, in which other writers wait.
BATCH_SIZE = 2_000
# A shorter word is not worth suggesting.
MIN_SUGGESTED_LENGTH = 3
# In one statement: FTS5 writes its index at the end of each, and the ORM takes twice as long as the database.
ADD = "INSERT INTO blog_searchentry (kind, object_id, version, at, keys) VALUES ROWS"
# By hand: the ORM would take longer to write it than the database to find that it knows nearly all of the words.
LEARN = "INSERT INTO blog_searchword (word, backwards) VALUES ROWS ON CONFLICT DO NOTHING"


def put(kind: str, documents: Iterable[Document]) -> None:
    """Store these documents, in place of what the index had of them; call it under the lock of their rows."""
    if not (documents := list(documents)):
        return
    if len(documents) > 1:  # one alone waits for nobody who waits for it
        lock_entries(kind, [document.object_id for document in documents])
    SearchEntry.objects.bulk_create(
        build_entries(kind, documents),
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["version", "at", "keys"],
    )


def add(kind: str, documents: Iterable[Document]) -> None:
    """Store many documents of texts that are new, and in no index yet."""
    adapt = connection.ops.adapt_datetimefield_value
    for batch in itertools.batched(documents, BATCH_SIZE):
        entries = build_entries(kind, batch)
        values = [(kind, one.object_id, one.version, adapt(one.at), one.keys) for one in entries]
        rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(ADD.replace("ROWS", rows), list(itertools.chain.from_iterable(values)))


def remove(kind: str, ids: Iterable[int]) -> None:
    """Delete the entries of these texts, if there are any."""
    if ids := list(ids):
        lock_entries(kind, ids).delete()


def lock_entries(kind: str, ids: list[int]) -> QuerySet[SearchEntry]:
    """Lock the entries of these texts, in the order of their ids: two who change the same texts cannot deadlock."""
    entries = SearchEntry.objects.filter(kind=kind, object_id__in=ids)
    list(entries.select_for_update().order_by("pk").values_list("pk"))
    return entries


def build_entries(kind: str, documents: Sequence[Document]) -> list[SearchEntry]:
    """Build the entries of these documents, and learn their words unless only staff find them.

    After the commit where others write at the same time: every writer writes these rows, and would wait for the others.
    """
    keys = [(token_keys(document.title), token_keys(document.text)) for document in documents]
    words = {key for pair in keys for part in pair for key in part}
    if kind == terms.DRAFT_KIND:
        pass
    elif connection.features.has_select_for_update:
        transaction.on_commit(lambda: learn_words(words), robust=True)
    else:
        learn_words(words)
    stem = stem_keys(words)
    return [
        SearchEntry(
            kind=kind,
            object_id=document.object_id,
            version=document.version,
            at=document.at,
            keys=" ".join(entry_keys(kind, document, [stem[key] for key in title], [stem[key] for key in text])),
        )
        for document, (title, text) in zip(documents, keys, strict=True)
    ]


def learn_words(words: Iterable[str]) -> None:
    """Store words to suggest."""
    longer = sorted(word for word in words if len(word) >= MIN_SUGGESTED_LENGTH)
    for batch in itertools.batched(longer, BATCH_SIZE):
        rows = ", ".join(["(%s, %s)"] * len(batch))
        with connection.cursor() as cursor:
            cursor.execute(LEARN.replace("ROWS", rows), [spelt for word in batch for spelt in (word, word[::-1])])


def put_tag(kind: str, ids: QuerySet[Any, Any], tag: int) -> None:
    """Index these texts under this tag, too, unless they are; `ids` is a subquery."""
    spaced = Concat("keys", Value(" "), output_field=TextField())
    entries = SearchEntry.objects.filter(kind=kind, object_id__in=ids).annotate(spaced=spaced)
    entries.exclude(spaced__contains=f" {terms.TAG_MARK}{tag} ").update(
        keys=Concat("keys", Value(f" {terms.TAG_MARK}{tag}"))
    )


def replace_tag(kind: str, ids: QuerySet[Any, Any], old: int, new: int) -> None:
    """Index these texts under the tag `new` instead of `old`; `ids` is a subquery, run while they still have `old`."""
    spaced = Concat("keys", Value(" "))  # tags come last: now a space follows each
    renamed = Replace(spaced, Value(f" {terms.TAG_MARK}{old} "), Value(f" {terms.TAG_MARK}{new} "))
    SearchEntry.objects.filter(kind=kind, object_id__in=ids).update(keys=Trim(renamed))
