"""Decodes the fields of an element: text by the generation that wrote it, numbers, times, slugs, custom fields."""

from __future__ import annotations

import datetime
import html
import re
from urllib.parse import unquote

from registan.transfer.records.export_records import Meta
from registan.transfer.records.moments import parse_wordpress_time
from registan.transfer.records.own_fields import OWN_META, OwnFields, parse_own_fields
from registan.transfer.wordpress.reader.raw_element import RawElement
from registan.transfer.wordpress.reader.repairs import Repair, Repairs

# With its semicolon: in a name, `&copy` without one is what somebody typed.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Tags that people use in titles. In others, such as <T>, a browser shows nothing, but the writer meant something.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|cite|code|del|dfn|em|font|i|img|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup"
    r"|time|tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# Digits of the largest number that a database can store.
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
# The cache of embeds, switches of plug-ins, locks, and copies of what visitors' browsers sent.
_DROPPED_META = re.compile(r"_oembed_|_publicize_|_wpas_|(?:_encloseme|_pingme|_edit_lock|akismet_as_submitted)$")


def read_text(element: RawElement, name: str) -> str:
    """The text of a child as the exporter meant it, "" without one."""
    field = element.fields.get(name)
    return field.text if field else ""


def read_escaped(element: RawElement, name: str) -> str:
    """Text that the database has escaped for HTML: a name, a term, an author's address. Unescaped once.

    Fields that are not wrapped in CDATA have lost one level with the parser, and are unescaped no further.
    """
    field = element.fields.get(name)
    if not field:
        return ""
    return unescape_once(field.text) if field.is_cdata else field.text


def read_title(element: RawElement) -> str:
    """The title without its tags: wrapped (since WordPress 5.7) it is HTML, bare it was made into text before."""
    field = element.fields.get("title")
    if not field or not field.is_cdata:
        return field.text if field else ""
    return " ".join(unescape_once(_INLINE_TAG.sub("", field.text)).split())


def read_number(element: RawElement, name: str, repairs: Repairs) -> int:
    text = read_text(element, name)
    if not text or _INTEGER.fullmatch(text):
        return int(text or 0)
    repairs[Repair.NUMBER] += 1
    return 0


def read_time(element: RawElement, name: str, repairs: Repairs) -> datetime.datetime | None:
    try:
        return parse_wordpress_time(read_text(element, name))
    except ValueError:
        repairs[Repair.DATE] += 1
        return None


def read_slug(element: RawElement, name: str) -> str:
    return decode_slug(read_text(element, name))


def decode_slug(slug: str) -> str:
    """A slug as people read it; one that was cut within a letter stays percent-encoded."""
    if not _PERCENT.search(slug):
        return slug
    try:
        return unquote(slug, errors="strict")
    except UnicodeDecodeError:
        return slug


def read_metas(element: RawElement, tag: str, repairs: Repairs) -> tuple[Meta, ...]:
    """The custom fields in children called `tag`, but for those that mean nothing outside WordPress."""
    fields = [child for child in element.children if child.name == tag]
    metas = [Meta(read_text(field, "wp:meta_key").strip(), read_text(field, "wp:meta_value")) for field in fields]
    useful = tuple(meta for meta in metas if meta.key and not _DROPPED_META.match(meta.key))
    repairs[Repair.DROPPED_FIELD] += len(metas) - len(useful)
    return useful


def read_own_fields(metas: tuple[Meta, ...]) -> OwnFields:
    """What an export of our own says beside WordPress's fields; nothing in any other."""
    return parse_own_fields(next((meta.value for meta in metas if meta.key == OWN_META), ""))


def unescape_once(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
