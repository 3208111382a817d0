"""Finds the post or page that stood at an address of the old site, by its address here or by one that is known."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.db.models import Model

from blog.models import Page, Post
from blog.old_addresses.find import Asked, find_answer, load_old_addresses, read_query
from blog.old_addresses.live import find_live
from blog.text.old_path_spellings import home_spellings, path_spellings
from blog.text.old_paths import decode_path, old_path_key
from registan.transfer.content.import_texts import Subject


def find_subject(address: str, home: str) -> Subject | None:
    """The post or page at this address, absolute or a path of the site at `home`; None if there is none.

    What is in the trash is not there; what is not public is, where its address is remembered.
    """
    key = old_path_key(address, home=home)
    if key in ("", "/"):
        return None
    path, _sign, query = key.partition("?")
    return next(_subjects_at(path, query), None) or (next(_subjects_at(path, ""), None) if query else None)


def _subjects_at(path: str, query: str) -> Iterator[Subject]:
    yield from _as_subject(find_live(f"{path}/" if path != "/" else path))
    spellings = home_spellings(read_query(query)) if path == "/" else path_spellings(path, query)
    rows = load_old_addresses(spelling.key for spelling in spellings)
    for spelling in spellings:
        if row := rows.get(spelling.key):
            yield from _as_subject(row.target)
    answer = find_answer(Asked(path if path == "/" else f"{path}/", query))
    if answer and answer.url.startswith("/"):
        yield from _as_subject(find_live(decode_path(urlsplit(answer.url).path)))


def _as_subject(row: Model | bool | None) -> Iterator[Subject]:
    if isinstance(row, Post | Page) and not row.is_trashed:
        yield row
