"""The index kept right: whoever changes a text that can be found says so, in the transaction of the change."""

from __future__ import annotations

import heapq
import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator

from django.db import connection, connections, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Replace, Trim
from django.utils import timezone

from blog.fulltext import postgres, sqlite, terms
from blog.fulltext.stems import stem_keys
from blog.models import Post, SearchEntry, SearchWord
from blog.search.providers import PROVIDERS, Document
from blog.text.tokens import token_keys

# Texts taken in at once: a second or two of work, for which others who write must wait.
BATCH_SIZE = 2_000


def reindex(kind: str, ids: Iterable[int]) -> None:
    """These texts have changed, appeared or gone: bring their entries in step, within the caller's transaction."""
    ids = list(ids)
    # Whoever changes the same text at the same time waits here, and then reads what the first has written.
    list(SearchEntry.objects.select_for_update().filter(kind=kind, object_id__in=ids).order_by("pk").values_list("pk"))
    documents = list(PROVIDERS[kind].documents(ids))
    there = {document.object_id for document in documents}
    SearchEntry.objects.filter(kind=kind, object_id__in=[pk for pk in ids if pk not in there]).delete()
    SearchEntry.objects.bulk_create(
        build_entries(kind, documents),
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["version", "at", "keys"],
    )


def build_entries(kind: str, documents: list[Document]) -> list[SearchEntry]:
    """The entries of these documents; their words are learned when the transaction holds."""
    read = [(token_keys(one.title), token_keys(one.text)) for one in documents]
    used = {key for pair in read for part in pair for key in part}
    transaction.on_commit(lambda: learn_words(used), robust=True)
    stem = stem_keys(used)
    return [
        SearchEntry(
            kind=kind,
            object_id=one.object_id,
            version=one.version,
            at=one.at,
            keys=" ".join(entry_keys(kind, one, [stem[key] for key in title], [stem[key] for key in text])),
        )
        for one, (title, text) in zip(documents, read, strict=True)
    ]


def entry_keys(kind: str, one: Document, title: list[str], text: list[str]) -> Iterator[str]:
    """What an entry holds, in order. Keys of another kind part title, text and name, so that no phrase spans them."""
    yield from (terms.TITLE_MARK + key for key in title)
    yield from title
    yield terms.YEAR_MARK + f"{timezone.localtime(one.at).year:04}"
    yield terms.KIND_MARK + kind
    yield from text
    yield from (terms.NAME_MARK + key for key in token_keys(one.name))
    yield from (f"{terms.AUTHOR_MARK}{pk}" for pk in one.authors)
    yield from (f"{terms.TAG_MARK}{pk}" for pk in one.tags)


def learn_words(words: set[str]) -> None:
    """Remember words for suggestions. After the commit: rows that everybody writes would make people wait in line."""
    for some in itertools.batched(sorted(word for word in words if len(word) > 2), BATCH_SIZE, strict=False):
        known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
        new = [SearchWord(word=word, backwards=word[::-1]) for word in some if word not in known]
        SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def forget_words(words: Iterable[str]) -> None:
    """Remember these words no more, unless a text that can be found still says them, in this form or another.

    After the commit, as `learn`.
    """
    gone = set(words)
    transaction.on_commit(lambda: delete_unused_words(gone), robust=True)


def delete_unused_words(words: set[str]) -> None:
    from blog.fulltext.query import Query, Term
    from blog.search.engine import has_results

    unsaid = [word for word in sorted(words) if not has_results(Query(((Term((word,)),),)))]
    for some in itertools.batched(unsaid, BATCH_SIZE, strict=False):
        SearchWord.objects.filter(word__in=some).delete()


def reindex_related_posts(sender, instance, action: str, reverse: bool, pk_set: set[int] | None, **_) -> None:
    """m2m_changed of `Post.authors` and `Post.tags`."""
    if action == "pre_clear" and reverse:
        instance._posts_before = list(instance.posts.values_list("pk", flat=True))
    if action in {"post_add", "post_remove", "post_clear"}:
        posts = (pk_set if pk_set is not None else getattr(instance, "_posts_before", [])) if reverse else [instance.pk]
        reindex("post", posts)


def replace_tags(old: Iterable[int], new: int) -> None:
    """Let posts that are found by one of the tags `old` be found by `new`: call it while they still have those."""
    for pk in sorted(old):
        posts = Post.tags.through.objects.filter(tag=pk).values("post")
        mark, marks = (
            Value(f" {terms.TAG_MARK}{pk} "),
            Concat("keys", Value(" ")),
        )  # tags come last: a space follows each
        renamed = Trim(Replace(marks, mark, Value(f" {terms.TAG_MARK}{new} ")))
        SearchEntry.objects.filter(kind="post", object_id__in=posts).update(keys=renamed)


def rebuild_index(say: Callable[[str], None] = lambda words: None, *, alone: bool = False) -> int:
    """Take every text in anew, the oldest first; how many. Readers find all the while what they found before.

    Much quicker on PostgreSQL when `alone`: where nobody reads, the index can be made at the end.
    """
    with connection.cursor() as cursor:
        if by_the_end := alone and connection.vendor == "postgresql":
            cursor.execute(postgres.DROP_VECTOR_INDEX)
    SearchWord.objects.all().delete()
    last = SearchEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    count = 0
    for texts in itertools.batched(list_texts_by_age(), BATCH_SIZE, strict=False):
        reindex_batch(texts)
        count += len(texts)
        say(f"{count:,} texts")
    with transaction.atomic():
        SearchEntry.objects.filter(pk__lte=last).delete()
    with connection.cursor() as cursor:
        if by_the_end:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(postgres.CREATE_VECTOR_INDEX)
    return count


def list_texts_by_age() -> Iterable[tuple[str, int]]:
    """(kind, number) of every text, the oldest first.

    Read to the end before any is taken in: a query left open would keep SQLite's log growing meanwhile.
    """
    streams = [zip(source.by_age(), itertools.repeat(kind), strict=False) for kind, source in PROVIDERS.items()]
    kinds, numbers = [], array("q")
    for (_, pk), kind in heapq.merge(*streams):
        kinds.append(kind)
        numbers.append(pk)
    return zip(kinds, numbers, strict=True)


@transaction.atomic
def reindex_batch(texts: Iterable[tuple[str, int]]) -> None:
    """Entries at the end of the index for these texts, read anew, in place of those they had."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0; LOCK TABLE blog_searchentry IN SHARE ROW EXCLUSIVE MODE")
    entries = []
    for kind in PROVIDERS:
        ids = [pk for one, pk in texts if one == kind]
        SearchEntry.objects.filter(kind=kind, object_id__in=ids).delete()
        entries += build_entries(kind, list(PROVIDERS[kind].documents(ids)))
    SearchEntry.objects.bulk_create(sorted(entries, key=lambda one: (one.at, one.kind, one.object_id)))


def create_index(using: str) -> None:
    """Make what the database keeps beside the table; SQLite drops triggers whenever a table is altered."""
    with connections[using].cursor() as cursor:
        if SearchEntry._meta.db_table in connections[using].introspection.table_names(cursor):
            (postgres if connections[using].vendor == "postgresql" else sqlite).create(cursor)
