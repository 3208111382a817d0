"""Reduces words to their stems where the site has a search language, so that "roads" finds "road".

PostgreSQL has dictionaries for many languages, SQLite for English alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from django.conf import settings
from django.db import connection

from blog.text.tokens import token_keys

# The value of SEARCH_LANGUAGE that leaves words as they are.
NO_STEMMING = "simple"
# Stems cached in a process: the vocabulary of a large site, some 30 MB.
CACHE_SIZE = 200_000
_stem_cache: dict[tuple[str, str], str] = {}


def stem_keys(keys: Iterable[str]) -> dict[str, str]:
    """The stem of each of these keys."""
    language = settings.SEARCH_LANGUAGE
    keys = set(keys)
    if language == NO_STEMMING:
        return {key: key for key in keys}
    # In a dictionary of our own, since another thread may clear the cache at any moment.
    stems = {key: stem for key in keys if (stem := _stem_cache.get((language, key))) is not None}
    if new := [key for key in keys if key not in stems]:
        stem_words = stem_with_postgres if connection.vendor == "postgresql" else stem_with_sqlite
        new_stems = dict(stem_words(new, language))
        if len(_stem_cache) > CACHE_SIZE:
            _stem_cache.clear()
        _stem_cache.update(((language, key), stem) for key, stem in new_stems.items())
        stems |= new_stems
    return {key: stems.get(key, key) for key in keys}


def stem_texts(texts: Iterable[str]) -> dict[str, str]:
    """The stems of the words of these texts; none where the site has no language, since none differs from its word."""
    if settings.SEARCH_LANGUAGE == NO_STEMMING:
        return {}
    return stem_keys(key for text in texts for key in token_keys(text))


def stem_with_postgres(new: list[str], language: str) -> list[tuple[str, str]]:
    """Use the Snowball dictionary; a word without a stem ("the") is its own stem."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, coalesce((ts_lexize(%s::regdictionary, key))[1], key) FROM unnest(%s) AS key",
            [f"{language}_stem", new],
        )
        stems: list[tuple[str, str]] = cursor.fetchall()
    return stems


def stem_with_sqlite(new: list[str], language: str) -> list[tuple[str, str]]:
    """Use the tokenizer `porter`, which is only available through a table: a temporary one in memory."""
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE VIRTUAL TABLE one USING fts5(key, tokenize='porter unicode61 remove_diacritics 0')")
        memory.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(one, instance)")
        memory.executemany("INSERT INTO one(rowid, key) VALUES (?, ?)", enumerate(new))
        return [(new[number], stem) for number, stem in memory.execute("SELECT doc, term FROM stems")]
    finally:
        memory.close()
