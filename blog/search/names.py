"""Authors, tags and commenters by their names: the line above the results of a search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blog.fulltext import terms
from blog.fulltext.query import MIN_PREFIX_LENGTH, Query, Term, format_term
from blog.fulltext.stems import stem_keys
from blog.models import Author, SearchEntry, Tag
from blog.search.engine import fold_name, newest_ids
from blog.search.providers import PROVIDERS
from blog.text.slugs import slugify_name
from blog.text.tokens import token_keys

# Words of a search that may be a name, names shown of each kind, and those with the most posts that are looked through.
MAX_WORDS, MAX_SHOWN, MAX_NAMES = 4, 3, 5_000
# Texts read whose writers have these words in their names: the newest.
MAX_TEXTS = 20


class NamedLink(NamedTuple):
    """Somebody or something with a name that matches, and where to read on: a path, or a search."""

    name: str
    url: str


def list_names(kind: type[Author] | type[Tag]) -> str:
    """A line for each author or tag that has posts, the most written first: what it is found by, its name, its path.

    As one text, since a cache hands that out, and a search goes through it, in no time.
    """
    rows = kind.objects.public().order_by("-post_count", "pk").values_list("name", "slug")[:MAX_NAMES]
    lines = (
        f" {fold_name(name)} / {slug.replace('-', ' ')} \t{name}\t{kind(slug=slug).get_absolute_url()}"
        for name, slug in rows
    )
    return "\n".join(["", *lines, ""])


def name_words(query: Query) -> tuple[str, ...]:
    """The words of a search that may be a name; none when it asks for more than words."""
    groups = [group[0] for group in query.all_of if len(group) == 1 and not group[0].field]
    words = tuple(key for term in groups for key in term.keys)
    is_plain = len(groups) == len(query.all_of) and not query.none_of
    return words if is_plain and len(words) <= MAX_WORDS else ()


def find_names(words: tuple[str, ...], names: str) -> list[NamedLink]:
    """Those of `names` (list_names) with these adjacent words, the last of which may be the beginning or a form of one.

    What is written in another script is found by its slug.
    """
    found: dict[str, NamedLink] = {}
    for needle in spellings(words):
        at = names.find(needle)
        while at >= 0 and len(found) < MAX_SHOWN:
            end = names.index("\n", at)
            _keys, name, url = names[names.rindex("\n", 0, at) + 1 : end].split("\t")
            found.setdefault(url, NamedLink(name, url))
            at = names.find(needle, end)
    return [*found.values()]


def spellings(words: tuple[str, ...]) -> Iterator[str]:
    """The words as they may stand in a line of names: whole, as a beginning, in another form, in Latin letters."""
    *before, last = words
    start = "".join(f" {word}" for word in before)
    latin = slugify_name(" ".join(words), max_length=100).replace("-", " ")
    yield f"{start} {last} "
    yield from (f"{start} {end}" for end in (last, stem_keys([last])[last]) if len(end) >= MIN_PREFIX_LENGTH + 1)
    if len(latin) > MIN_PREFIX_LENGTH:
        yield f" {latin}"


def find_writers(words: tuple[str, ...]) -> list[NamedLink]:
    """Writers without a profile who have all these words in their names; `url` is the search that finds their texts.

    Only names above texts that every reader may read now.
    """
    named = terms.IndexQuery(tuple(((terms.NAME_MARK + word,),) for word in words))
    ids, _is_partial = newest_ids(named, MAX_TEXTS)
    entries = SearchEntry.objects.filter(pk__in=ids).order_by("-pk").values_list("kind", "object_id") if ids else []
    by_kind = {kind: [pk for entry_kind, pk in entries if entry_kind == kind] for kind in PROVIDERS}
    names = [name for kind, texts in by_kind.items() if texts for name in PROVIDERS[kind].writer_names(texts)]
    found = {keys: name for name in reversed(names) if {*words} <= {*(keys := tuple(token_keys(name)))}}
    writers = [NamedLink(name, format_term(Term(keys, "author"))) for keys, name in found.items()]
    return writers[::-1][:MAX_SHOWN]
