"""The spellings under which a lost address may be remembered, and what of it was asked for: itself, its feed, a page.

What WordPress, its plug-ins and its themes hang on an address leads to the address itself, or to what we have for it.
Knows no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple
from urllib.parse import quote, urlencode

from blog.text.old_paths import home_queries, path_key

# Endings that are taken off, one after the other: `/tea/comment-page-2/feed/`.
MAX_ENDINGS = 2
# Folders of an address, each of which may have moved with all that is below it.
MAX_FOLDERS = 8


class AskedPart(Enum):
    """What of an address was asked for: a further page of a text (`NEXT`) is what `<!--nextpage-->` made."""

    ITSELF, FEED, ATOM, LIST, NEXT = "itself", "feed", "atom", "list", "next"


class Spelling(NamedTuple):
    """A key to look for, which part of what is there was asked for, and of a list which page."""

    key: str
    part: AskedPart = AskedPart.ITSELF
    number: int = 1


_ENDING = re.compile(
    r"(?P<base>/.+?)(?:(?:/feed)?/(?P<feed>feed|rss2?|rdf)|(?:/feed)?/(?P<atom>atom)|/page/(?P<list>[0-9]{1,6})"
    r"|/(?P<itself>comment-page-[0-9]{1,6}|amp|embed|trackback|print)|/(?P<next>[0-9]{1,2}))",
    re.ASCII | re.IGNORECASE,
)
# `photo-300x200.jpg`, `photo-scaled.jpg`, `photo-e1300000000000.jpg` and `photo.jpg.webp` are made from `photo.jpg`.
_UPLOAD = re.compile(
    r"(?P<stem>/.+?)(?P<made>(?:-[0-9]{1,5}x[0-9]{1,5}|-scaled|-rotated|-e[0-9]{10,13})*)"
    r"(?P<ending>\.[a-z][a-z0-9]{1,4})(?P<again>\.(?:webp|avif))?",
    re.ASCII | re.IGNORECASE,
)
# Feeds of a whole blog, as WordPress and others have called them.
_SITE_FEEDS = {
    **dict.fromkeys(("/feed", "/feed/rss", "/feed/rss2", "/feed/rdf", "/rss", "/rss2", "/rdf"), "/feed/"),
    **dict.fromkeys(("/rss.xml", "/feed.xml", "/index.xml", "/index.rdf"), "/feed/"),
    **dict.fromkeys(("/wp-rss.php", "/wp-rss2.php", "/wp-rdf.php", "/wp-feed.php"), "/feed/"),
    **dict.fromkeys(("/feed/atom", "/atom", "/atom.xml", "/wp-atom.php"), "/feed/atom/"),
    **dict.fromkeys(
        ("/comments/feed", "/comments/feed/rss2", "/comments/feed/rss", "/comments/feed/rdf"), "/comments/feed/"
    ),
    **dict.fromkeys(("/comments/rss2", "/wp-commentsrss2.php"), "/comments/feed/"),
    "/comments/feed/atom": "/comments/feed/atom/",
}
_QUERY_FEEDS = {
    **dict.fromkeys(("feed", "rss", "rss2", "rdf"), "/feed/"),
    "atom": "/feed/atom/",
    **dict.fromkeys(("comments-rss2", "comments-rss"), "/comments/feed/"),
    "comments-atom": "/comments/feed/atom/",
}
_DATE = re.compile(r"/[0-9]{4}(?:/(?:0[1-9]|1[0-2])(?:/(?:0[1-9]|[12][0-9]|3[01]))?)?(?:/page/[0-9]{1,6})?", re.ASCII)
_COMPACT_DATE = re.compile(r"([0-9]{4})(?:([0-9]{2})([0-9]{2})?)?", re.ASCII)
_PAGE = re.compile(r"/page/[1-9][0-9]{0,5}", re.ASCII)
_SEARCH = re.compile(r"/search/(?P<words>[^/]{1,200})(?:/.*)?")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def path_spellings(path: str, query: str = "") -> list[Spelling]:
    """Where to look for a decoded path with this query, the nearest first."""
    key = path_key(path)
    found = [Spelling(f"{key}?{query}")] if query else []
    found += [Spelling(key), *map(Spelling, upload_names(key)), *without_endings(key)]
    return list(dict.fromkeys([*found, *(spelling._replace(key=spelling.key.lower()) for spelling in found)]))


def home_spellings(values: Mapping[str, str]) -> list[Spelling]:
    """Where to look for what WordPress's parameters ask of the front page."""
    part, number = AskedPart.ITSELF, 1
    if feed := values.get("feed"):
        part = AskedPart.ATOM if "atom" in feed else AskedPart.FEED
    elif _NUMBER.fullmatch(values.get("paged", "")):
        part, number = AskedPart.LIST, int(values["paged"])
    return [Spelling(f"/?{query}", part, number) for query in home_queries(values)]


def without_endings(key: str) -> Iterator[Spelling]:
    """The key without what hangs on it; the last ending says what was asked for."""
    asked = Spelling(key)
    for _ in range(MAX_ENDINGS):
        if not (match := _ENDING.fullmatch(asked.key)):
            return
        asked = asked._replace(key=match["base"])
        if asked.part is AskedPart.ITSELF:
            asked = asked._replace(part=AskedPart(match.lastgroup), number=int(match["list"] or 1))
        yield asked


def upload_names(key: str) -> Iterator[str]:
    """The names of the files from which WordPress may have made this one."""
    match = _UPLOAD.fullmatch(key)
    if match is None:
        return
    stem, ending = match["stem"], match["ending"]
    if match["again"]:
        yield key.removesuffix(match["again"])
    if match["made"]:
        yield f"{stem}{ending}"
        yield f"{stem}-scaled{ending}"


def folders(path: str) -> Iterator[tuple[str, str]]:
    """Each folder that a decoded path lies below, the longest first, with the rest, which begins with a slash."""
    parts = path_key(path).split("/")[1:]
    for length in range(min(len(parts) - 1, MAX_FOLDERS), 0, -1):
        yield "/" + "/".join(parts[:length]), "/" + "/".join(parts[length:])


def standing_address(key: str) -> str:
    """The address here of what every blog has: feeds, dates, pages of the front page, the search; "" for others."""
    if key in _SITE_FEEDS:
        return _SITE_FEEDS[key]
    if key == "/":
        return key
    if _DATE.fullmatch(key) or _PAGE.fullmatch(key):
        return f"{key}/"
    if match := _SEARCH.fullmatch(key):
        return f"/search/?{urlencode({'q': match['words'].replace('+', ' ')})}"
    return ""


def standing_home_address(values: Mapping[str, str]) -> str:
    """The same for what is asked of the front page by parameters."""
    if feed := _QUERY_FEEDS.get(values.get("feed", "")):
        return feed
    date = [values.get(name, "") for name in ("year", "monthnum", "day")]
    if match := _COMPACT_DATE.fullmatch(values.get("m", "")):
        date = [part or "" for part in match.groups()]
    if date[0]:
        key = "/" + "/".join([date[0], *(part.zfill(2) for part in date[1:] if part)])
        return f"{key}/" if _DATE.fullmatch(key) else ""
    return f"/page/{values['paged']}/" if _NUMBER.fullmatch(values.get("paged", "")) else ""


def place_below(base: str, rest: str) -> str:
    """The address below `base` at `rest`, a key, which begins with a slash; never one of another site (`//`)."""
    slash = "" if "." in rest.rpartition("/")[2] else "/"
    return f"{base.rstrip('/')}/{quote(rest.strip('/'))}{slash}"
