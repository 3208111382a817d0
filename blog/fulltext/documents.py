"""A text as the index takes it, and the keys under which it is found."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from blog.fulltext import terms
from blog.text.tokens import token_keys


@dataclass(frozen=True)
class Document:
    """A text to be found. `name` is that of a writer without a profile; `authors` and `tags` are primary keys."""

    object_id: int
    at: datetime.datetime
    text: str
    title: str = ""
    name: str = ""
    authors: Sequence[int] = ()
    tags: Sequence[int] = ()
    version: int = 0


def entry_keys(kind: str, document: Document, title: Sequence[str], text: Sequence[str]) -> Iterator[str]:
    """Yield the keys of an entry in order; `title` and `text` are stems.

    Keys of another kind stand between title, text and name, so that no phrase spans two of them.
    """
    yield from (terms.TITLE_MARK + key for key in title)
    yield from title
    yield terms.YEAR_MARK + f"{timezone.localtime(document.at).year:04}"
    yield terms.KIND_MARK + kind
    yield from text
    yield from (terms.NAME_MARK + key for key in token_keys(document.name))
    yield from (f"{terms.AUTHOR_MARK}{pk}" for pk in document.authors)
    yield from (f"{terms.TAG_MARK}{pk}" for pk in document.tags)
