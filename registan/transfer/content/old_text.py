"""The text of a post or page in our Markdown, with what the ledger is to say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blog.markup.limits import TooCostly
from registan.transfer.content.address_book import AddressBook
from registan.transfer.content.import_plan import ImportPlan
from registan.transfer.content.import_terms import plain_words
from registan.transfer.models.reasons import Remark
from registan.transfer.records.export_records import Item
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.own_fields import own_text
from registan.transfer.wordpress_text.addresses import address_key
from registan.transfer.wordpress_text.contract import OldSite, PostParts
from registan.transfer.wordpress_text.foreign_texts import convert_text
from registan.transfer.wordpress_text.shown_tree import clean_characters
from registan.transfer.wordpress_text.visible import first_difference

# Longest opening before `<!--more-->` that becomes a summary: a paragraph or two. Others are shown as they begin.
MAX_SUMMARY = 600
# Where plug-ins for search engines keep the description of a page, in the order in which they are believed.
DESCRIPTION_METAS = (
    "_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description", "_aioseop_description",
    "thesis_description",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OldText:
    """A converted text. `shown` are the words that WordPress shows, None where nothing was converted."""

    body: str
    summary: str
    shown: str | None
    remarks: tuple[Remark, ...]

    def compare(self, html: str) -> Iterator[Remark]:
        """Where the words of the rendered text differ from those that readers saw."""
        if self.shown is None:
            return
        try:
            difference = first_difference(self.shown, html)
        except TooCostly:
            return
        if difference:
            yield Remark("text-differs", difference)


class TextConverter:
    """Converts the texts of one old blog."""

    def __init__(self, plan: ImportPlan, book: AddressBook) -> None:
        self.plan = plan
        self.site = OldSite(plan.home, book.find, plan.attachments.get, plan.blocks.get)

    def convert(self, item: Item) -> OldText:
        """Raises TooCostly for a text that our renderer refuses in every form."""
        if item.content_format == ContentFormat.OWN:
            own = convert_text(item.content, item.content_format, self.site)
            return OldText(own.body, own_text(item.own, "summary"), None, ())
        parts = PostParts(tuple(self.plan.attached_pictures(item.id)), footnotes_of(item))
        converted = convert_text(item.content, item.content_format, self.site, parts, page=item.link)
        opening = converted.opening if len(converted.opening) <= MAX_SUMMARY else ""
        remarks = (
            *_count_remarks("losses", converted.losses),
            *_count_remarks("unknown-shortcodes", converted.unknown_shortcodes),
            *_count_remarks("losses", converted.unknown_blocks),
        )
        body = converted.body + self._enclosure(item, converted.body)
        return OldText(body, summary_of(item) or opening, converted.shown if body == converted.body else None, remarks)

    def _enclosure(self, item: Item, body: str) -> str:
        """The file of a podcast's episode, where the text does not show it: an address alone on its line."""
        address = item.meta("enclosure").partition("\n")[0].strip()
        new = self.site.new_address(address_key(address)) or address
        if not new.startswith(("http://", "https://", "/")) or new in body or any(sign in new for sign in " <>\"'"):
            return ""
        name = new.partition("?")[0].rpartition("/")[2]
        return f"\n\n[{name}]({new})\n" if new.startswith("/") else f"\n\n<{new}>\n"


def _count_remarks(code: str, counts: Mapping[str, int]) -> Iterator[Remark]:
    if counts:
        yield Remark(code, ", ".join(f"{name} × {count}" for name, count in sorted(counts.items())))


def summary_of(item: Item) -> str:
    """The excerpt that its author wrote, or else the description for search engines, as plain text in one line."""
    excerpt = plain_words(item.excerpt)
    if excerpt:
        return clean_characters(excerpt)
    descriptions = (item.meta(name) for name in DESCRIPTION_METAS)
    return clean_characters(next((plain_words(text) for text in descriptions if text and not has_variables(text)), ""))


def has_variables(text: str) -> bool:
    """Is it a template of an SEO plug-in, such as `%%title%% %%sep%%` or `#post_title`?"""
    return "%%" in text or "%title%" in text or "#post_" in text or "#site_" in text


def footnotes_of(item: Item) -> Mapping[str, str]:
    """Gutenberg's footnotes: HTML by id."""
    try:
        notes = json.loads(item.meta("footnotes") or "[]")
    except ValueError:
        return {}
    pairs = [(note.get("id"), note.get("content")) for note in notes if isinstance(note, dict)]
    return {str(number): str(content) for number, content in pairs if number and content}
