"""The addresses that an item, a term or an author had, by the rules of the system that it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from registan.transfer.content.import_plan import PlannedAuthor, PlannedTerm
from registan.transfer.content.item_keys import first_key
from registan.transfer.elsewhere.foreign_reader import OLD_ADDRESS
from registan.transfer.elsewhere.open_export import WORDPRESS
from registan.transfer.records.export_records import ExportedAuthor, Item
from registan.transfer.wordpress.item_addresses import addresses_of_author, addresses_of_item, addresses_of_term

# Where systems list what has a tag or category, by the name or the slug of it; others have no such rule.
TERM_ADDRESSES = {
    ("ghost", "post_tag"): "/tag/{slug}/",
    ("blogger", "post_tag"): "/search/label/{name}",
    ("static", "post_tag"): "/tags/{word}/",
    ("static", "category"): "/categories/{word}/",
}
AUTHOR_ADDRESSES = {"ghost": "/author/{login}/"}
_BETWEEN_WORDS = re.compile(r"[\s_]+")


def item_addresses(system: str, item: Item, key: str) -> list[str]:
    """All its addresses. Numbers mean something to WordPress alone, and there the first item that has them."""
    if system != WORDPRESS:
        aliases = [meta.value for meta in item.metas if meta.key == OLD_ADDRESS]
        return [address for address in dict.fromkeys([item.link, *aliases]) if address]
    addresses = addresses_of_item(item)
    return addresses if key == first_key(item.id) else [address for address in addresses if "?" not in address]


def term_addresses(system: str, term: PlannedTerm, parents: Mapping[str, str] | None = None) -> list[str]:
    """Of its list. `parents` gives the parent's slug by that of a category."""
    if system == WORDPRESS:
        return addresses_of_term(term.taxonomy, term.slug, term_id=term.number, parents=parents)
    form = TERM_ADDRESSES.get((system, term.taxonomy), "")
    word = _BETWEEN_WORDS.sub("-", term.slug.lower())
    return [form.format(slug=quote(term.slug), name=quote(term.name), word=quote(word))] if form else []


def author_addresses(system: str, planned: PlannedAuthor) -> list[str]:
    """Of the page about them."""
    if system == WORDPRESS:
        return addresses_of_author(planned.declared or ExportedAuthor(0, planned.login, "", "", "", "", ""))
    form = AUTHOR_ADDRESSES.get(system, "")
    return [form.format(login=quote(planned.login))] if form else []
