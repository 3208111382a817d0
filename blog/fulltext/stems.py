"""Words by their stems, where the site has a language: "roads" finds "road". By the dictionaries of PostgreSQL, or by
SQLite's own, which knows English alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from django.conf import settings
from django.db import connection

from blog.text.tokens import token_keys

# The setting that leaves words as they are.
NO_STEMMING = "simple"
# Words whose stems a process remembers: the vocabulary of a large site, some 30 MB.
CACHE_SIZE = 200_000
_stem_cache: dict[tuple[str, str], str] = {}


def stem_keys(wanted: Iterable[str]) -> dict[str, str]:
    """The stem of each of these keys."""
    language = settings.SEARCH_LANGUAGE
    wanted = set(wanted)
    if language == NO_STEMMING:
        return {key: key for key in wanted}
    # Into a dictionary of our own first: another thread may empty the common one at any moment.
    found = {key: stem for key in wanted if (stem := _stem_cache.get((language, key))) is not None}
    if new := [key for key in wanted if key not in found]:
        by = stem_with_postgres if connection.vendor == "postgresql" else stem_with_sqlite
        fresh = dict(by(new, language))
        if len(_stem_cache) > CACHE_SIZE:
            _stem_cache.clear()
        _stem_cache.update(((language, key), stem) for key, stem in fresh.items())
        found |= fresh
    return {key: found.get(key, key) for key in wanted}


def stem_texts(texts: Iterable[str]) -> dict[str, str]:
    """The stem of each word of these texts that may differ from it: of none, where the site has no language."""
    return (
        {} if settings.SEARCH_LANGUAGE == NO_STEMMING else stem_keys(key for text in texts for key in token_keys(text))
    )


def stem_with_postgres(new: list[str], language: str) -> list[tuple[str, str]]:
    """By the Snowball dictionary; a word without a stem of its own ("the") is its own stem."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, coalesce((ts_lexize(%s::regdictionary, key))[1], key) FROM unnest(%s) AS key",
            [f"{language}_stem", new],
        )
        stems: list[tuple[str, str]] = cursor.fetchall()
    return stems


def stem_with_sqlite(new: list[str], language: str) -> list[tuple[str, str]]:
    """By the tokenizer `porter`, which can only be asked through a table; this one lives for a moment, in memory."""
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE VIRTUAL TABLE one USING fts5(key, tokenize='porter unicode61 remove_diacritics 0')")
        memory.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(one, instance)")
        memory.executemany("INSERT INTO one(rowid, key) VALUES (?, ?)", enumerate(new))
        return [(new[number], stem) for number, stem in memory.execute("SELECT doc, term FROM stems")]
    finally:
        memory.close()
