"""Finds where what stood at an address is today: remembered from the old blog, renamed here, or typed by an owner.

Asked for what would otherwise be a 404, and for WordPress's parameters of the front page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.db.models import CharField, Model
from django.urls import is_valid_path

from blog.models import Author, OldAddress, Page, Post, Redirect, Tag
from blog.models.composed_query import ComposedQuery, Parameter
from blog.old_addresses.live import find_live
from blog.text.old_path_spellings import (
    AskedPart,
    Spelling,
    folders,
    home_spellings,
    path_spellings,
    place_below,
    standing_address,
    standing_home_address,
)
from blog.text.old_paths import asks_for_row, decode_path, path_key
from blog.text.pagination import POSTS_PER_PAGE

# Old addresses that lead to each other: followed so far, and led to at once.
MAX_HOPS = 5
# Parameters of a query that are read; the rest is what programs try.
MAX_QUERY_FIELDS = 20


class Answer(NamedTuple):
    """The status, and the address that it leads to; "" for what is gone. `takes_query`: the query is added to it."""

    code: int
    url: str = ""
    takes_query: bool = True


class Asked(NamedTuple):
    """A decoded path and its query, and the paths that have led to it."""

    path: str
    query: str = ""
    trail: tuple[str, ...] = ()

    def follow(self, path: str, query: str = "") -> Asked:
        return Asked(path, query, (*self.trail, self.path))


# Names of the places in the query for the keys of one address: its spellings and folders are no more.
KEYS = [f"key{number}" for number in range(28)]
AT_KEYS = ComposedQuery(
    lambda: OldAddress.objects.filter(path__in=[Parameter(key, CharField()) for key in KEYS]).order_by()
)


def find_answer(asked: Asked) -> Answer | None:
    """The answer to what nothing else answers; None if it is a 404. Asks once for all spellings of the address."""
    if "\0" in asked.path + asked.query or asked.path in asked.trail or len(asked.trail) > MAX_HOPS:
        return None
    answer = next(filter(None, find_answers(asked)), None)
    # Nothing leads to itself.
    return None if answer is None or (answer.url and decode_path(answer.url) == asked.path) else answer


def find_answers(asked: Asked) -> Iterator[Answer | None]:
    """The answers that there may be, the nearest first."""
    key = path_key(asked.path)
    values = read_query(asked.query) if key == "/" else {}
    wanted = home_spellings(values) if key == "/" else path_spellings(asked.path, asked.query)
    below = list(folders(asked.path))
    rows = load_old_addresses([*(spelling.key for spelling in wanted), *(folder for folder, _rest in below)])
    for spelling in wanted:
        if row := rows.get(spelling.key):
            yield answer_at(row, spelling, asked)
    if key != "/":
        yield find_renamed(asked)
    for folder, rest in below:
        if row := rows.get(folder):
            yield answer_below(row, rest, asked)
    yield find_standing(key, values, wanted)


def read_query(query: str) -> dict[str, str]:
    """The parameters of a query; none if there are too many."""
    try:
        return dict(parse_qsl(query, max_num_fields=MAX_QUERY_FIELDS))
    except ValueError:
        return {}


def load_old_addresses(keys: Iterable[str]) -> dict[str, OldAddress]:
    """What is remembered under these keys: one query, none without keys."""
    unique = list(dict.fromkeys(keys))[: len(KEYS)]
    if not unique:
        return {}
    return {row.path: row for row in AT_KEYS(**dict.fromkeys(KEYS, "") | dict(zip(KEYS, unique, strict=False)))}


def answer_at(row: OldAddress, spelling: Spelling, asked: Asked) -> Answer | None:
    """What a row answers to a spelling of its address; None if what it leads to is not there for readers."""
    if row.code == OldAddress.Code.GONE:
        return Answer(row.code)
    if row.address:
        answer = lead_to(row, row.address, asked, spelling.part)
        return answer and answer._replace(takes_query=answer.takes_query and "?" not in spelling.key)
    url, target = row.find_url(), row.target
    if not url or is_taken(spelling.key, asked.path, target):
        return None
    if spelling.part is AskedPart.NEXT and not isinstance(target, Post | Page):
        return None
    return Answer(row.code, part_url(url, target, spelling), takes_query="?" not in spelling.key)


def is_taken(key: str, path: str, target: Model | None) -> bool:
    """Is something else at the address of this key by now, and was only something below or beside it asked for?"""
    if "?" in key or path == f"{key}/":
        return False
    live = find_live(f"{key}/")
    return live is not False and live != target


def part_url(url: str, target: Model | None, spelling: Spelling) -> str:
    """The address of what was asked for: the feed of a post, a further page of a tag or its first if it has no more."""
    has_feed = isinstance(target, Post | Tag | Author) or (isinstance(target, Page) and target.has_conversation)
    if spelling.part in (AskedPart.FEED, AskedPart.ATOM) and has_feed:
        return f"{url}feed/atom/" if spelling.part is AskedPart.ATOM else f"{url}feed/"
    if spelling.part is AskedPart.LIST and isinstance(target, Tag | Author):
        pages = -(-target.post_count // POSTS_PER_PAGE)
        return f"{url}page/{spelling.number}/" if 1 < spelling.number <= pages else url
    return url


def lead_to(row: OldAddress, address: str, asked: Asked, part: AskedPart = AskedPart.ITSELF) -> Answer | None:
    """The answer of a row that leads to an address: to where that leads itself, if it is old, too."""
    if not address.startswith("/"):
        return Answer(row.code, address, takes_query=False)
    parts = urlsplit(address)
    path = decode_path(parts.path)
    if path == "/" and part in (AskedPart.FEED, AskedPart.ATOM):
        return Answer(row.code, "/feed/atom/" if part is AskedPart.ATOM else "/feed/")
    asks_home = path_key(path) == "/" and bool(asked.query)
    if not asks_home and find_live(path) is not False:
        return Answer(row.code, address)
    further = find_answer(asked.follow(path, asked.query if asks_home else parts.query))
    if further is None and path == "/" and not asks_for_row(read_query(asked.query)):
        return Answer(row.code, address)
    return further and further._replace(code=further.code if further.code == OldAddress.Code.GONE else row.code)


def answer_below(row: OldAddress, rest: str, asked: Asked) -> Answer | None:
    """What a row answers for an address below its own, if it leads there with everything below it."""
    if not row.with_below or row.code == OldAddress.Code.GONE or not (url := row.find_url()):
        return None
    return lead_to(row, place_below(url, rest), asked)


def find_renamed(asked: Asked) -> Answer | None:
    """Where what was renamed here is now (models/redirect.py)."""
    url = Redirect.objects.find_target_url(asked.path)
    if not url:
        return None
    further = None if is_valid_path(url) else find_answer(asked.follow(decode_path(url)))
    return further or Answer(OldAddress.Code.PERMANENT, url)


def find_standing(key: str, values: dict[str, str], wanted: list[Spelling]) -> Answer | None:
    """The answer to what was asked of every blog, whatever is remembered."""
    if key == "/" and (url := standing_home_address(values)):
        return Answer(OldAddress.Code.PERMANENT, url, takes_query=False)
    parts = (spelling for spelling in wanted if spelling.part not in (AskedPart.LIST, AskedPart.NEXT))
    for url in map(standing_address, ["/"] if key == "/" else [spelling.key for spelling in parts]):
        if url:
            return Answer(OldAddress.Code.PERMANENT, url)
    return None
