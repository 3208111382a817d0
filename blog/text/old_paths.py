"""The one form under which an old address is remembered and looked up, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from django.utils.encoding import repercent_broken_unicode

from blog.text.validators import strip_unstorable

# Longest that is remembered: a slug of 200 characters under its categories, or a file under its folders.
MAX_OLD_PATH = 500
# What WordPress asks its front page for. The first three are numbers of one kind: posts, pages, files.
ITEM_PARAMETERS = ("p", "page_id", "attachment_id")
NUMBER_PARAMETERS = (*ITEM_PARAMETERS, "cat", "author")
NAME_PARAMETERS = ("tag", "author_name", "category_name")
# All that leads from the front page elsewhere.
HOME_PARAMETERS = frozenset({*NUMBER_PARAMETERS, *NAME_PARAMETERS, "feed", "m", "year", "paged"})

_NUMBER = re.compile(r"0*([1-9][0-9]{0,17})", re.ASCII)
_NAME = re.compile(r"[-\w./%]{1,200}")
_INDEX = re.compile(r"/index\.php(?=/|$)", re.IGNORECASE)


def old_path_key(address: str, *, home: str = "") -> str:
    """`/2009/05/hello` for `http://example.org/blog/2009/05/hello/` on a blog whose `home` is `http://example.org/blog`.

    Without scheme, host, folder of the home, `index.php`, fragment and slash at the end; decoded; "/" for the home
    itself. A query stays: `/?p=12`, `/view.cgi?id=3`. "" for what nothing can be remembered under: another host than
    that of `home`, too long, not text.
    """
    if strip_unstorable(address) != address:
        return ""
    parts, base = split_address(address), split_address(home)
    if parts is None or base is None or parts.scheme not in ("", "http", "https"):
        return ""
    if base.hostname and parts.hostname and bare_host(parts) != bare_host(base):
        return ""
    path = below_folder(path_key(decode_path(parts.path)), path_key(decode_path(base.path)))
    query = query_key(path, parts.query)
    key = f"{path}?{query}" if query else path
    return key if len(key) <= MAX_OLD_PATH and strip_unstorable(key) == key else ""


def path_key(path: str) -> str:
    """The form of a decoded path, as Django gives one: one slash where there are several, none at the end."""
    segments = [segment for segment in unicodedata.normalize("NFC", path).split("/") if segment]
    path = _INDEX.sub("", "/" + "/".join(segments), count=1)
    return path or "/"


def query_key(path: str, query: str) -> str:
    """The part of a query that tells addresses apart: of the front page one of WordPress's parameters, else all."""
    if path != "/":
        return query
    values = dict(pair.partition("=")[::2] for pair in reversed(query.split("&")))
    return next(iter(home_queries({name: decode_path(value.replace("+", " ")) for name, value in values.items()})), "")


def home_queries(values: Mapping[str, str]) -> list[str]:
    """What may be asked of a front page by these parameters, the most likely first: `p=12`, `page_id=12`."""
    for name in NUMBER_PARAMETERS:
        if match := _NUMBER.fullmatch(values.get(name, "")):
            names = ITEM_PARAMETERS if name in ITEM_PARAMETERS else (name,)
            return [f"{other}={match[1]}" for other in sorted(names, key=lambda other: other != name)]
    return [f"{name}={value}" for name in NAME_PARAMETERS if _NAME.fullmatch(value := values.get(name, "").strip("/"))]


def asks_for_row(values: Mapping[str, str]) -> bool:
    """Is the front page asked for something by its number? Then it is there, or nothing is."""
    return any(_NUMBER.fullmatch(values.get(name, "")) for name in NUMBER_PARAMETERS)


def below_folder(path: str, folder: str) -> str:
    """The path as seen from this folder; unchanged if it lies elsewhere."""
    if folder == "/" or not (path + "/").startswith(folder + "/"):
        return path
    return path.removeprefix(folder) or "/"


def decode_path(path: str) -> str:
    """Without percent signs where they stand for UTF-8: what Django does with the path of a request."""
    return repercent_broken_unicode(unquote_to_bytes(path)).decode()


def split_address(address: str) -> SplitResult | None:
    """The parts of an address, None if it has none: half an IPv6 address, for instance."""
    try:
        parts = urlsplit(address.strip())
        parts.port  # noqa: B018  # raises for what is no number
    except ValueError:
        return None
    return parts


def bare_host(parts: SplitResult) -> str:
    """The host in lower case, without `www.`."""
    return (parts.hostname or "").removeprefix("www.")
