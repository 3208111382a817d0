"""Guesses the permalink structure, which an export does not name, from the addresses that its posts have."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from registan.transfer.records.export_records import Item
from registan.transfer.wordpress.inventory.old_urls import split_url

# In the order in which WordPress's structures have them; a part can only be followed by a smaller one.
_DATE_TAGS = {
    "%Y": "%year%",
    "%m": "%monthnum%",
    "%d": "%day%",
    "%H": "%hour%",
    "%M": "%minute%",
    "%S": "%second%",
}
# A segment that none of WordPress's tags explains.
UNKNOWN_SEGMENT = "*"
# Words that owners put before the tags, kept as they are.
_LITERALS = {"index.php", "archives", "blog", "posts", "news"}


def guess_structure(item: Item, home: str) -> str:
    """`/%year%/%monthnum%/%postname%/` for `/2009/05/hello/`; "" for an item without an address."""
    address = split_url(item.link)
    if not address.path and not address.query:
        return ""
    if address.query:
        return "/?p=%post_id%"
    path = unquote(address.path).removeprefix(unquote(split_url(home).path))
    segments = [segment for segment in path.split("/") if segment]
    structure = "/" + "/".join(_name_segments(segments, item))
    return structure + "/" if path.endswith("/") and segments else structure


def _name_segments(segments: list[str], item: Item) -> Iterator[str]:
    dates = list(_DATE_TAGS)
    slugs = {term.slug for term in item.terms if term.taxonomy == "category"}
    for segment in segments:
        stem, dot, ending = segment.rpartition(".")
        date = _date_code(segment, dates, item)
        if item.slug and segment == item.slug:
            yield "%postname%"
        elif item.slug and stem == item.slug:
            yield f"%postname%{dot}{ending}"
        elif date:
            dates = dates[dates.index(date) + 1 :]
            yield _DATE_TAGS[date]
        elif segment == str(item.id):
            yield "%post_id%"
        elif segment in slugs:
            yield "%category%"
        else:
            yield "%author%" if segment == item.creator.lower() else _literal(segment)


def _date_code(segment: str, codes: list[str], item: Item) -> str:
    """Which part of the date the segment is, of those that may follow; "" for none."""
    for code in codes:
        if item.local and item.local.strftime(code) == segment:
            return code
    # A post whose date was changed after it was linked.
    is_next = "%Y" not in codes and len(segment) == 2 and segment.isdecimal()
    return codes[0] if codes and is_next else ""


def _literal(segment: str) -> str:
    return segment if segment in _LITERALS else UNKNOWN_SEGMENT
