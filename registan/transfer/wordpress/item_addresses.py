"""The addresses at which WordPress answered for an item, a category or tag, and an author: all that may be linked to.

Absolute where the export gives one, else as a path of the blog; `OldAddress.objects.remember` takes both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from registan.transfer.records.export_records import ExportedAuthor, Item
from registan.transfer.records.export_statuses import ItemKind

# By which parameter WordPress asks for an item of a kind; each of them finds all kinds.
_PARAMETERS = {ItemKind.PAGE: "page_id", ItemKind.ATTACHMENT: "attachment_id"}
_OLD_SLUG, _OLD_DATE = "_wp_old_slug", "_wp_old_date"
_DATE_IN_PATH = re.compile(r"/[0-9]{4}/[0-9]{2}(/[0-9]{2})?/")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# What WordPress leaves out of an author's name in addresses, and what it makes hyphens of.
_NOT_IN_NAMES, _HYPHENS = re.compile(r"[^a-z0-9\s._-]"), re.compile(r"[\s.-]+")
_TAXONOMY_BASES = {"category": "category", "post_tag": "tag"}
_TAXONOMY_QUERIES = {"category": "category_name", "post_tag": "tag"}
# Levels of categories: more are a circle.
_MAX_LEVELS = 20


def addresses_of_item(item: Item) -> list[str]:
    """Its permalink, its number, and what it had before its slug or date was changed. A file's own is `item.file_url`.

    Items that never were public have a number alone.
    """
    found = [item.link, *earlier_permalinks(item)]
    if item.id:
        found.append(f"/?{_PARAMETERS.get(item.kind, 'p')}={item.id}")
    if item.kind is not ItemKind.ATTACHMENT and not _query(item.guid):
        found.append(item.guid)
    return list(dict.fromkeys(address for address in found if address))


def earlier_permalinks(item: Item) -> Iterator[str]:
    """Its permalink with each of its former slugs, and with each of its former dates."""
    slugs = [meta.value for meta in item.metas if meta.key == _OLD_SLUG and meta.value]
    for slug in slugs:
        if address := with_slug(item.link, item.slug, slug):
            yield address
    for meta in item.metas:
        if meta.key == _OLD_DATE and (date := _DATE.fullmatch(meta.value)):
            yield with_date(item.link, date)


def with_date(link: str, date: re.Match[str]) -> str:
    """The address with another day, or month, in the place of its own; unchanged if it has none."""
    found = _DATE_IN_PATH.search(link)
    if found is None:
        return link
    year, month, day = date.groups()
    path = f"/{year}/{month}/{day}/" if found[1] else f"/{year}/{month}/"
    return link[: found.start()] + path + link[found.end() :]


def with_slug(link: str, slug: str, other: str) -> str:
    """The address with another slug in the place of its last part; "" if that is not the slug, or there is none."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    head, _slash, last = parts.path.rstrip("/").rpartition("/")
    stem, dot, ending = last.partition(".")
    if not slug or stem.lower() not in {slug.lower(), quote(slug).lower()}:
        return ""
    tail = "/" if parts.path.endswith("/") else ""
    # Written percent-encoded by WordPress, in letters by others.
    encoded = other if "%" in other else quote(other)
    return urlunsplit(parts._replace(path=f"{head}/{encoded}{dot}{ending}{tail}"))


def addresses_of_term(
    taxonomy: str, slug: str, *, term_id: int = 0, parents: Mapping[str, str] | None = None
) -> list[str]:
    """Of a category or tag; none for other taxonomies. `parents` gives the parent's slug by that of a category."""
    base = _TAXONOMY_BASES.get(taxonomy)
    if base is None or not slug:
        return []
    parents = parents if taxonomy == "category" and parents else {}
    path, above = slug, parents.get(slug, "")
    found = [f"/{base}/{quote(slug)}/", f"/?{_TAXONOMY_QUERIES[taxonomy]}={quote(slug)}"]
    for _ in range(_MAX_LEVELS):
        if not above:
            break
        path, above = f"{above}/{path}", parents.get(above, "")
    if path != slug:
        found.append(f"/{base}/{quote(path)}/")
    if term_id and taxonomy == "category":
        found.append(f"/?cat={term_id}")
    return found


def addresses_of_author(author: ExportedAuthor) -> list[str]:
    """Of an author: by name, as WordPress writes it in addresses, and by number."""
    names = dict.fromkeys(name for name in (nice_name(author.login), author.login) if name and "/" not in name)
    found = [address for name in names for address in (f"/author/{quote(name)}/", f"/?author_name={quote(name)}")]
    return [*found, f"/?author={author.id}"] if author.id else found


def nice_name(login: str) -> str:
    """The `user_nicename` that WordPress makes of a login, unless somebody has changed it."""
    plain = unicodedata.normalize("NFKD", login).encode("ascii", "ignore").decode().lower()
    return _HYPHENS.sub("-", _NOT_IN_NAMES.sub("", plain)).strip("-")


def _query(address: str) -> str:
    try:
        return urlsplit(address).query
    except ValueError:
        return ""
