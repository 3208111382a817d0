"""Reduces words to their stems by Snowball's algorithms, so that "roads" finds "road": alike on every database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import Stemmer
from django.conf import settings

from blog.text.site_values import site

# Values of SEARCH_LANGUAGE: that of the site, and none, which leaves words as they are.
SITE_LANGUAGE, NO_STEMMING = "site", "simple"
# The algorithm for each language of a site; for any other language, words are left as they are.
ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Languages in other letters than Latin ones: a word in these is taken for English, as PostgreSQL takes it.
OTHER_SCRIPTS = frozenset({
    "arabic", "armenian", "greek", "hindi", "nepali", "persian", "russian", "tamil", "yiddish",
})  # fmt: skip
# Stems cached in a process: the vocabulary of a large site, some 30 MB.
CACHE_SIZE = 200_000
# By language, each word with its stem.
_stem_cache: dict[str, dict[str, str]] = {}


def search_language() -> str:
    """The algorithm by which words are reduced now, or NO_STEMMING."""
    if settings.SEARCH_LANGUAGE != SITE_LANGUAGE:
        return str(settings.SEARCH_LANGUAGE)
    return ALGORITHMS.get(site().language.partition("-")[0], NO_STEMMING)


def stem_keys(keys: Iterable[str]) -> dict[str, str]:
    """The stem of each of these keys."""
    keys = set(keys)
    known = known_stems(keys)
    return {key: known.get(key, key) for key in keys}


def known_stems(keys: Collection[str]) -> Mapping[str, str]:
    """Stems by key, those of these keys among many; none where nothing is stemmed, since each key is its own stem."""
    language = search_language()
    if language == NO_STEMMING:
        return {}
    known = _stem_cache.get(language, {})
    if new_keys := [key for key in keys if key not in known]:
        if len(known) > CACHE_SIZE:
            # Begin a new one, since another thread may still read the old one.
            known, new_keys = {}, [*keys]
        known |= compute_stems(new_keys, language)
        _stem_cache[language] = known
    return known


def compute_stems(keys: Iterable[str], language: str) -> dict[str, str]:
    """The stem of each key; a key that an algorithm leaves nothing of, or cuts within a letter, is its own stem."""
    # Made anew, since no two threads may use the same; without caches of their own.
    own = Stemmer.Stemmer(language, 0)
    latin = Stemmer.Stemmer("english", 0) if language in OTHER_SCRIPTS else own
    return {key: (latin if key.isascii() else own).stemWord(key) or key for key in keys}
